"""A memory model ready for use: its cat file, the order derived from it, the machine beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ordercheck import cat, shipped
from ordercheck.engines.operational.config import MachineConfig, machine_of
from ordercheck.engines.order import Order
from ordercheck.engines.probes import derive
from ordercheck.errors import InputError


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """A memory model ready for use; machine is None where none is described for it."""

    model: cat.Model
    machine: MachineConfig | None
    order: Order

    @property
    def name(self) -> str:
        """The model's name, as reports show it."""
        return self.model.name


def load_model(
    name: str,
    include: tuple[Path, ...] = (),
    bell: Path | None = None,
    variants: tuple[str, ...] = (),
) -> Setting:
    """The shipped model of that name, or the cat file at that path.

    include, bell, variants: as `cat.load` takes them.
    Raises InputError where there is none, or where the file is not understood.
    """
    known = shipped.memory_models()
    if name in known:
        path = known[name]
    elif name.endswith(".cat"):
        path = Path(name)
    else:
        raise InputError(f"no memory model {name}: expected one of {', '.join(known)}, or FILE.cat")
    model = cat.load(path, include, bell, variants)
    return Setting(model, machine_of(path), derive(model))
