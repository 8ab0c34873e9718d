"""Where models and the definitions of tests come from: --conf and -I."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """What those options come to: the model of the configuration ("": it names none), files, folders.

    bound: rounds of a loop (None: not said).
    """

    model: str = ""
    include: tuple[Path, ...] = ()
    bell: Path | None = None
    macros: Path | None = None
    variants: tuple[str, ...] = ()
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The options as given: herd7's configuration file, and the folders for what is included."""

    conf: str = ""
    include: tuple[str, ...] = ()

    def found(self) -> Found:
        """What they come to; raises InputError where a configuration is not understood."""
        include = tuple(map(Path, self.include))
        if not self.conf:
            return Found(include=include)
        from ordercheck.command import conf

        read = conf.read(self.conf, include)
        return Found(
            read.model,
            (*include, *read.include),
            read.bell,
            read.macros,
            tuple(read.variants),
            read.bound,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """The options as a shell takes them."""
        conf = ("--conf", self.conf) if self.conf else ()
        return (*conf, *(word for folder in self.include for word in ("-I", folder)))


NO_SOURCES = Sources()
