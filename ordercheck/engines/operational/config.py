"""How the reference machine behaves under a model: data beside the model's cat file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ordercheck.errors import InputError

NonTemporal = Literal["ordinary", "buffered", "contract"]
Stores = Literal["buffered", "direct"]


@dataclass(frozen=True, slots=True)
class MachineConfig:
    """nt: a non-temporal store is an ordinary one, a weakly ordered one (x86-nt), or one that until a
    drain is ordered with nothing, its own thread's accesses included (nt-contract). stores: through a
    store buffer, or direct to memory (sc, where nt must be ordinary).
    """

    nt: NonTemporal
    stores: Stores


def machine_of(model: Path) -> MachineConfig | None:
    """The machine that NAME.toml beside NAME.cat describes in [machine]; None where it describes none.

    Raises InputError where the description is not understood.
    """
    path = model.with_suffix(".toml")
    if not path.is_file():
        return None
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("machine")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot read the machine's description: {error}", str(path)) from error
    if table is None:
        return None
    nt, stores = table.get("nt"), table.get("stores")
    if nt not in get_args(NonTemporal) or stores not in get_args(Stores):
        raise InputError(
            "[machine] needs nt = ordinary|buffered|contract and stores = buffered|direct", str(path)
        )
    if stores == "direct" and nt != "ordinary":
        raise InputError("a machine without store buffers takes non-temporal stores as ordinary", str(path))
    return MachineConfig(nt, stores)
