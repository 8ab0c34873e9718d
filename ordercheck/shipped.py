"""Where the shipped models and programs are: in a checkout, an editable and a normal install alike."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from ordercheck.errors import InputError


def models_folder() -> Path:
    """The folder that holds `memory/` and `programs/`.

    A wheel carries it inside the package; a checkout has it beside the package.
    Raises InputError where neither is there.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "models", here.parent / "models"):
        if (folder / "memory").is_dir():
            return folder
    raise InputError(
        f"the shipped models are missing: neither {here / 'models'} nor {here.parent / 'models'}"
    )


def memory_models() -> dict[str, Path]:
    """The shipped memory models, by name, from the strongest to the weakest."""
    found = sorted((models_folder() / "memory").glob("*.toml"), key=_rank)
    return {path.stem: path.with_suffix(".cat") for path in found}


def _rank(path: Path) -> tuple[int, str]:
    """`rank` of the description beside the model, where it says one; else last."""
    return tomllib.loads(path.read_text(encoding="utf-8")).get("rank", sys.maxsize), path.stem


def program_folders() -> dict[str, Path]:
    """The shipped programs, by name: folders that hold a `program.py`."""
    found = sorted((models_folder() / "programs").glob("*/program.py"))
    return {path.parent.name: path.parent for path in found}


def described_programs() -> dict[str, Path]:
    """The shipped programs that are compiled code, by the name that their `program.toml` gives."""
    found = sorted((models_folder() / "programs").glob("*/program.toml"))
    return {str(tomllib.loads(p.read_text(encoding="utf-8"))["name"]): p.parent for p in found}


def program_names() -> list[str]:
    """The names of all shipped programs, those of compiled code first."""
    return [*described_programs(), *program_folders()]


def summary_files(kernel: bool | None = None) -> tuple[Path, ...]:
    """The shipped summaries of external functions; later ones win.

    kernel: those for code of the Linux kernel, or those for other code. The same name may mean
    different functions there; both, where it is not known which of the two the code is.
    """
    folder = models_folder() / "summaries"
    names = {None: ("libc", "linux"), True: ("linux",), False: ("libc",)}
    return tuple(folder / f"{name}.toml" for name in names[kernel])
