"""Which memory model a litmus test is decided on: the one that was asked for, else by what it uses."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ordercheck import shipped
from ordercheck.command import conf
from ordercheck.command.litmus_options import Settings
from ordercheck.errors import InputError
from ordercheck.program.ir import NT, Program, Rmw, Store

if TYPE_CHECKING:
    from ordercheck.cat import Model

# herd7's bound of 2 jumps back lets a loop run three times
HERD_ROUNDS = 3
PLAIN, STREAMING = "x86-tso", "x86-nt"
"""The models of x86 tests where none was asked for: without and with non-temporal stores."""

KNOWN_VARIANTS = frozenset({"mixed", "dontcheckmixed", "cos-opt", "lkmmv1"})
"""Of herd7's variants those that change nothing here: sizes may always be mixed, and accesses that
mix them need not be refused; coherence orders are never generated in vain; lkmmv1 is the default.
"""
_OTHERS = frozenset(
    """
    success instr specialx0 amox0 x0 normw acqrelasfence backcompat back fullscdepend scdepend splittedrmw
    switchdepscwrite switchdepscresult lrscdiffok unaligned notweakpredicated notweakpred lkmmv2 tagmem
    memtag mte store-only cutoff morello neon sve sme deps instances instance vmsa ets ets2 ets3 exs eis
    eos noptebranch nobranch pte2 pte-squared optrfrmw constrainedunpredictable cu exp ifetch self dic idc
    shadowstack test asl strict warn telechat nv2 oldsolver oota pauth1 pauth2 fpac s128 d128
    """.split()  # noqa: SIM905  # sixty lines otherwise
)


class Models:
    """The models of a run, each read once; and what else the options say about every test.

    macros: the file of C macros (None: none); bound: rounds of a loop, where the test does not
    say; seconds: for each test (None: no limit); reading: the seconds that went into reading models.
    """

    def __init__(self, settings: Settings) -> None:
        given = list(settings.include)
        read = conf.read(settings.conf, given) if settings.conf else conf.Conf()
        self._include = given + read.include
        self._folders = [Path(), *self._include]
        self.macros = self._file(settings.macros, "--macros") or read.macros
        self._bell = self._file(settings.bell, "--bell") or read.bell
        self._variants = _variants([*read.variants, *conf.words(",".join(settings.variants))])
        self.bound = settings.bound or read.bound or HERD_ROUNDS
        self.seconds = settings.seconds or read.timeout
        self._loaded: dict[Path, Model] = {}
        self.reading = 0.0
        self._by_name: dict[str, Path] = {}
        wanted = settings.model or read.model
        self._only = self._load(self._path(wanted)) if wanted else None

    @property
    def name(self) -> str | None:
        """The name of the model of every test; None where it is chosen for each."""
        return None if self._only is None else self._only.name

    @property
    def chosen(self) -> bool:
        """Whether the user said which model it is to be."""
        return self._only is not None

    def prepare(self) -> None:
        """Reads what a test may need, so that processes forked from now on have it."""
        self._used()

    def _used(self) -> list[Model]:
        """The models that tests may be decided on."""
        return [self._only] if self._only else [self._shipped(PLAIN), self._shipped(STREAMING)]

    def of(self, program: Program) -> Model:
        """The model of an x86 test: the one that was asked for, or by whether it has NT stores."""
        if self._only is not None:
            return self._only
        return self._shipped(STREAMING if _streams(program) else PLAIN)

    def _shipped(self, name: str) -> Model:
        if not self._by_name:
            self._by_name = shipped.memory_models()
        return self._load(self._by_name[name])

    def digest(self) -> str:
        """SHA-256 over all that the models, macros and options say that a test's answer depends on."""
        text = repr(([model.digest for model in self._used()], self.bound, self._variants))
        found = sha256(text.encode())
        if self.macros is not None:
            try:
                found.update(self.macros.read_bytes())
            except OSError as error:
                raise InputError(f"cannot read this file: {error.strerror}", str(self.macros)) from None
        return found.hexdigest()

    def _load(self, path: Path) -> Model:
        model = self._loaded.get(path)
        if model is None:
            from ordercheck.cat import load

            start = time.perf_counter()
            model = self._loaded[path] = load(path, self._include, self._bell, self._variants)
            self.reading += time.perf_counter() - start
        return model

    def _path(self, name: str) -> Path:
        """A shipped model by its name, or a cat file: as it is, in the -I folders, among the shipped ones."""
        known = shipped.memory_models()
        if name in known:
            return known[name]
        if not name.endswith(".cat"):
            raise InputError(f"no memory model {name}: expected one of {', '.join(known)}, or FILE.cat")
        folders = [*self._folders, shipped.models_folder() / "memory"]
        return _found(name, folders, "--model")

    def _file(self, name: str, option: str) -> Path | None:
        return _found(name, self._folders, option) if name else None


def _found(name: str, folders: Sequence[Path], option: str) -> Path:
    path = conf.find(name, folders)
    if path is None:
        looked = ", ".join(dict.fromkeys(map(str, folders)))
        raise InputError(f"{option}: no file {name} in {looked}")
    return path


def _variants(names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if name in _OTHERS:
            raise InputError(f"--variant {name}: what herd7 does under this name is not modelled")
    return tuple(sorted(set(names)))


def check_variants(names: str, file: str) -> None:
    """Raises InputError unless a test's own `Variant=` line changes nothing."""
    for name in conf.words(names):
        if name not in KNOWN_VARIANTS:
            raise InputError(f"Variant={name}: what herd7 does under this name is not modelled", file)


def _streams(program: Program) -> bool:
    """Whether some store of the program is non-temporal."""
    for thread in program.threads:
        for block in thread.blocks:
            for instr in block.body:
                if isinstance(instr, Store | Rmw) and NT in instr.tags:
                    return True
    return False
