"""What `ordercheck verify` says of Linux as it ships: python -m bench.kernel [--folder DIR] [--install]

Builds five modules of Debian's Linux 6.1 as LLVM IR (bench/kernel_build.py; a few minutes the
first time, kept in --folder), and asks about every function that holds a non-temporal store or
a fence, or that is named by --entry: each in a process of its own, so that time and memory count
from the start. Nothing is asserted, and nothing is installed unless --install is given.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import kernel_build
from bench.kernel_build import MM_INIT, MODULES, PAGE_ALLOC, PMEM, USERCOPY, WRITECACHE, BuildError, Kernel
from ordercheck.errors import InputError

# where the copies themselves are: what writecache and pmem call
WITH = {WRITECACHE: (WRITECACHE, USERCOPY), PMEM: (PMEM, USERCOPY), MM_INIT: (MM_INIT, PAGE_ALLOC)}
NAMED = "memmap_init_zone_device"
"""Asked about in any case. It is in mm_init.c or in page_alloc.c: Debian's 6.1 moved it."""


@dataclass(frozen=True)
class Answer:
    """What came of one function on one model. contract: what was inferred or stated, if anything."""

    module: str
    function: str
    model: str
    verdict: str
    contract: str
    seconds: float
    mebibytes: float
    reason: str

    def __str__(self) -> str:
        what = f"{self.verdict} ({self.contract})" if self.contract else self.verdict
        numbers = f"{self.seconds:.2f}", f"{self.mebibytes:.0f}"
        return _line(Path(self.module).name, self.function, self.model, what, *numbers, self.reason)


def _line(module: str, function: str, model: str, verdict: str, wall: str, memory: str, why: str) -> str:
    return f"{module:16} {function:28} {model:12} {verdict:32} {wall:>7} {memory:>6}  {why}"


def questions(kernel: Kernel, entries: Sequence[str], models: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Module and function: those that are named, or all that hold a non-temporal store or a fence, or that
    call what may leave such stores pending on one of the models.
    """
    from ordercheck.command.from_llvm import Compiled, code, expanded
    from ordercheck.engines.pending import leaves_pending
    from ordercheck.engines.setting import load_model

    orders = [load_model(name).order for name in models]
    for module in MODULES:
        files = tuple(kernel.modules[name] for name in WITH.get(module, (module,)))
        own = next(m for m in code(files).modules if m.path == kernel.modules[module]).defined()
        spec = ",".join(map(str, files))
        try:
            found = expanded([spec], Compiled(), lambda p: any(leaves_pending(p, order) for order in orders))
        except InputError:
            # nothing there holds any
            found = ()
        names = entries or [*(each.rpartition(":")[2] for each in found), NAMED]
        yield from ((module, name) for name in dict.fromkeys(names) if name in own)


LOCKS = str(Path(__file__).with_name("kernel_locks.toml"))
WEAKER = {
    "nodrain": ("--contract", "nodrain"),
    "nodrain, publish return": ("--contract", "nodrain", "--publish", "return"),
    "nodrain, publish return, locks": ("--contract", "nodrain", "--publish", "return", "--summary", LOCKS),
}
"""What a function that is not proved may promise instead: it drains later; its other stores are under
a lock; and what it calls takes locks before it tells anybody."""


def ask(kernel: Kernel, module: str, function: str, model: str, limit: float) -> Answer:
    """One process of `verify`; what is not proved is asked again, with a weaker contract."""
    plain = _ask(kernel, module, function, model, limit, ())
    if plain.verdict == "proved":
        return plain
    for contract, options in WEAKER.items():
        found = _ask(kernel, module, function, model, limit, options)
        if found.verdict == "proved":
            return replace(found, contract=contract, reason=f"else {plain.reason}")
    return plain


def _ask(
    kernel: Kernel, module: str, function: str, model: str, limit: float, options: Sequence[str]
) -> Answer:
    files = kernel.files(*WITH.get(module, (module,)))
    command = [sys.executable, "-m", "ordercheck", "verify", *files, "--entry", function]
    command += ["--model", model, "--timeout", str(limit), "--format", "json", *options]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        late = threading.Timer(2 * limit + 60, process.kill)
        late.start()
        _, status, usage = os.wait4(process.pid, 0)
        late.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        text, errors = out.read(), err.read().decode(errors="replace")
    verdict, reason = _read(text, errors, process.returncode)
    return Answer(module, function, model, verdict, "", seconds, usage.ru_maxrss / 1024, reason)


def _read(text: bytes, errors: str, status: int) -> tuple[str, str]:
    try:
        report: dict[str, Any] = json.loads(text)
    except ValueError:
        last = errors.strip().splitlines()[-1:] or [f"exit status {status}"]
        return "error", last[0]
    found = [(str(result["verdict"]), str(result["reason"])) for result in report["results"]]
    for verdict in ("refuted", "unknown"):
        for each, reason in found:
            if each == verdict:
                return verdict, reason
    return found[0] if found else ("error", "no result")


def main() -> int:
    """Prints the table. Exit status 2 where the modules cannot be built."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="where source and IR are kept (default: a temporary one)")
    parser.add_argument("--install", action="store_true", help="install Debian's packages first (root)")
    parser.add_argument("--config", type=Path, help="a kernel configuration to start from")
    parser.add_argument("--entry", action="append", default=[], help="ask about this function alone")
    parser.add_argument("--model", action="append", default=[], help="default: x86-nt and nt-contract")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each function (default: 60)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        try:
            if given.install:
                kernel_build.install()
            if absent := kernel_build.missing():
                raise BuildError(f"missing: {', '.join(absent)} (--install installs Debian's packages)")
            kernel = kernel_build.build(given.folder or Path(temporary), config=given.config)
        except BuildError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        _table(kernel, given.entry, given.model or ["x86-nt", "nt-contract"], given.limit)
    return 0


def _table(kernel: Kernel, entries: Sequence[str], models: Sequence[str], limit: float) -> None:
    print(_line("module", "function", "model", "verdict (contract)", "wall s", "MiB", "why"))
    counts: Counter[str] = Counter()
    for module, function in questions(kernel, entries, models):
        for model in models:
            answer = ask(kernel, module, function, model, limit)
            counts[answer.verdict] += 1
            print(answer, flush=True)
    total = counts.total()
    shares = ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items()))
    unknown = 100 * (counts["unknown"] + counts["error"]) / total if total else 0
    print(f"\n{total} answers: {shares}; unknown {unknown:.0f} %")


if __name__ == "__main__":
    sys.exit(main())
