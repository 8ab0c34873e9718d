"""Five modules of Debian's Linux 6.1 as LLVM IR: what the kernel does with non-temporal stores, as it ships.

The source is Debian's package, the IR is Kbuild's own (`make LLVM=-19 mm/mm_init.ll`). Nothing is
written outside the folder that is given; `install()` alone changes the system.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LLVM = 19
SOURCE = Path("/usr/src/linux-source-6.1.tar.xz")
PACKAGES = (
    *("linux-source-6.1", f"clang-{LLVM}", f"llvm-{LLVM}", f"lld-{LLVM}"),
    *("make", "flex", "bison", "bc", "libelf-dev", "libssl-dev", "xz-utils"),
)
TOOLS = (f"clang-{LLVM}", f"ld.lld-{LLVM}", f"llvm-ar-{LLVM}", "make", "flex", "bison", "bc", "tar", "xz")
HEADERS = ("libelf.h", "openssl/opensslv.h")

USERCOPY = "arch/x86/lib/usercopy_64.ll"
WRITECACHE = "drivers/md/dm-writecache.ll"
PMEM = "drivers/nvdimm/pmem.ll"
MM_INIT = "mm/mm_init.ll"
PAGE_ALLOC = "mm/page_alloc.ll"
CONFIGURED = ".configured"
MODULES = (USERCOPY, WRITECACHE, PMEM, MM_INIT, PAGE_ALLOC)

WANTED = (
    *("MEMORY_HOTPLUG", "MEMORY_HOTREMOVE", "SPARSEMEM_VMEMMAP", "ZONE_DEVICE", "TRANSPARENT_HUGEPAGE"),
    *("MEMCG", "DAX", "FS_DAX", "LIBNVDIMM", "BLK_DEV_PMEM", "MD", "BLK_DEV_DM", "DM_WRITECACHE"),
    *("DEBUG_INFO_DWARF4",),
)
UNWANTED = (
    *("WERROR", "DEBUG_INFO_NONE", "DEBUG_INFO_DWARF5", "DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT"),
    *("DEBUG_INFO_BTF", "DEBUG_INFO_REDUCED", "KASAN", "KMSAN"),
)


class BuildError(Exception):
    """A step that did not end well: the command, and the last lines that it printed."""


@dataclass(frozen=True)
class Kernel:
    """A source tree with its IR. modules: the file of each of MODULES."""

    tree: Path
    modules: dict[str, Path]

    def files(self, *names: str) -> list[str]:
        """These modules as arguments of a command; all without names."""
        return [str(self.modules[name]) for name in names or MODULES]


def missing() -> list[str]:
    """What a build needs and this machine does not have, as a person would name it."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not SOURCE.is_file():
        absent.append(str(SOURCE))
    if f"clang-{LLVM}" not in absent:
        absent += [header for header in HEADERS if not _compiles(f"#include <{header}>\n")]
    return absent


def installable() -> bool:
    """Whether install() can be tried: Debian's package manager, as root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install() -> None:
    """Installs Debian's packages. Raises BuildError where that cannot be done."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        _run(["apt-get", *words], Path("/"), 1800, environment)


def build(folder: Path, modules: Sequence[str] = MODULES, config: Path | None = None) -> Kernel:
    """The IR of these modules, built below `folder`, by one process at a time; what an earlier call
    left there is used again.

    config: a kernel configuration to start from (None: the architecture's default); either way
    the drivers in question and line numbers are switched on. Raises BuildError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tree = folder.resolve() / "linux-source-6.1"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tree.is_dir():
            _unpack(tree)
        if not (tree / CONFIGURED).is_file():
            configure(tree, config)
        _make(tree, 1800, f"-j{os.cpu_count() or 1}", "prepare")
        # One job: 6.1 enters arch/x86 and arch/x86/lib for the same target, and two makes at a time
        # would write one file ("fixdep: error opening file ... .usercopy_64.ll.d").
        _make(tree, 1800, "-j1", *modules)
    return Kernel(tree, {name: tree / name for name in modules})


def configure(tree: Path, config: Path | None = None) -> None:
    """Writes the configuration of a source tree. Raises BuildError, also where Kconfig refuses an option."""
    if config is None:
        _make(tree, 600, "defconfig")
    else:
        shutil.copyfile(config, tree / ".config")
    switches = [word for name in WANTED for word in ("--enable", name)]
    switches += [word for name in UNWANTED for word in ("--disable", name)]
    _run([str(tree / "scripts" / "config"), *switches], tree, 60)
    _make(tree, 600, "olddefconfig")
    lines = set((tree / ".config").read_text(encoding="utf-8").splitlines())
    refused = [name for name in WANTED if not {f"CONFIG_{name}=y", f"CONFIG_{name}=m"} & lines]
    if refused:
        raise BuildError(f"the kernel's configuration does not take {', '.join(refused)}")
    (tree / CONFIGURED).touch()


def _unpack(tree: Path) -> None:
    """What is interrupted leaves no tree."""
    with tempfile.TemporaryDirectory(dir=tree.parent) as folder:
        _run(["tar", "--extract", "--file", str(SOURCE), "--directory", folder], tree.parent, 600)
        (Path(folder) / tree.name).rename(tree)


def _make(tree: Path, seconds: float, *words: str) -> None:
    _run(["make", "--silent", f"LLVM=-{LLVM}", *words], tree, seconds, {**os.environ, "LC_ALL": "C"})


def _run(
    command: Sequence[str], folder: Path, seconds: float, environment: dict[str, str] | None = None
) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        raise BuildError(f"{' '.join(command[:4])}: not done after {seconds:.0f} s") from None
    except OSError as error:
        raise BuildError(f"{command[0]}: {error}") from None
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-15:])
        raise BuildError(f"{' '.join(command)}\n{last}")


def _compiles(text: str) -> bool:
    command = [f"clang-{LLVM}", "-x", "c", "-fsyntax-only", "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True, timeout=60).returncode == 0
