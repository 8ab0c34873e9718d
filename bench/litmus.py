"""Litmus tests, ours beside herd7 in one run: python bench/litmus.py [--herd PATH] [--lkmm DIR] [--quick]

Each measurement is one whole process over all tests of a suite (`--jobs 1`), so that start-up
counts; complete final states on both sides unless the row says verdicts. The two take turns:
median wall seconds with the fastest and the slowest run, the tests that came to an answer, and
the ratio herd7 / ours (above 1: ours is faster). A process that reaches its limit is stopped
and shown as `> limit`. Nothing is asserted; quote ratios: machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
X86_NT = str(ROOT / "models" / "memory" / "x86-nt.cat")
LKMM = ("--conf", "linux-kernel.cfg"), ("-conf", "linux-kernel.cfg")
# the registers that a thread loads into, one for each load: as a condition and as an instruction names them
REGISTERS = [(f"r{letters}", f"e{letters}") for letters in ("ax", "bx", "cx", "dx", "si", "di")]
REGISTERS += [(f"r{number}", f"r{number}d") for number in range(8, 16)]


@dataclass(frozen=True)
class Row:
    """Some tests, and the options of ours and of herd7.

    folder: where both run (None: an empty one, since herd7 takes included files from there first).
    """

    what: str
    tests: Sequence[Path]
    limit: float
    ours: Sequence[str] = ()
    herd: Sequence[str] = ()
    folder: Path | None = None


# ---- families that grow with a number


def test(name: str, threads: Sequence[Sequence[str]], condition: str) -> str:
    """An X86_64 test from the instructions of each thread."""
    rows = max(map(len, threads))
    columns = [[f"P{k}", *thread, *[""] * (rows - len(thread))] for k, thread in enumerate(threads)]
    lines = [f" {' | '.join(cells)} ;" for cells in zip(*columns, strict=True)]
    return "\n".join([f"X86_64 {name}", "{ }", *lines, f"exists ({condition})", ""])


def ring(n: int) -> str:
    """Store buffering around a ring of n threads."""
    threads = [[f"movl $1,(x{k})", f"movl (x{(k + 1) % n}),%eax"] for k in range(n)]
    return test(f"ring-{n}", threads, " /\\ ".join(f"{k}:rax=0" for k in range(n)))


def flag(n: int, store: str) -> str:
    """n stores and then a flag; another thread loads the flag, then all the rest."""
    writer = ["movl $1,%eax", *(f"{store} %eax,(x{k})" for k in range(n)), "movl $1,(f)"]
    where, used = ["f", *(f"x{k}" for k in range(n))], REGISTERS[: n + 1]
    reader = [f"movl ({name}),%{into}" for name, (_, into) in zip(where, used, strict=True)]
    stale = " \\/ ".join(f"1:{register}=0" for register, _ in used[1:])
    return test(f"{store}-{n}", [writer, reader], f"1:rax=1 /\\ ({stale})")


def two_writers(k: int) -> str:
    """k stores by each of two threads to one location."""
    threads = [[f"movl ${1 + i + k * t},(x)" for i in range(k)] for t in (0, 1)]
    return test(f"two-writers-{k}", threads, f"x={k}")


def writers(k: int) -> str:
    """k threads with one store each to one location."""
    return test(f"writers-{k}", [[f"movl ${i + 1},(x)"] for i in range(k)], "x=1")


def grown(folder: Path, limit: float) -> Iterator[Row]:
    """A row for each family and number; the tests are written to `folder`."""
    nt = ("--model", X86_NT), ("-model", X86_NT)
    families = [
        *[(f"store-buffering ring, {n} threads", ring(n), ((), ())) for n in range(8, 15, 2)],
        *[(f"{n} stores, then a flag", flag(n, "movl"), ((), ())) for n in (8, 10, 12, 13)],
        *[(f"{n} non-temporal stores, then a flag", flag(n, "movnti"), nt) for n in (8, 10, 12, 13)],
        *[(f"{k} stores by each of two, one location", two_writers(k), ((), ())) for k in (3, 4, 5)],
        *[(f"{k} threads, one store each, one location", writers(k), ((), ())) for k in (8, 9, 10)],
    ]
    for number, (what, text, (ours, herd)) in enumerate(families):
        path = folder / f"{number}.litmus"
        path.write_text(text, encoding="utf-8")
        yield Row(what, [path], limit, ours, herd)


# ---- suites


def suites(corpora: Path, limit: float) -> Iterator[Row | str]:
    """A row for each suite of the corpora; a line for what is not there."""
    nt = ("--model", X86_NT), ("-model", X86_NT)
    known = [
        ("x86", "default model", (), ()),
        ("x86_64", "x86-tso", ("--model", "x86-tso"), ("-model", "x86tso.cat", "-archcheck", "false")),
        ("nt", "x86-nt", *nt),
        ("nt", "x86-nt, verdicts", (*nt[0], "--verdict-only"), (*nt[1], "-speedcheck", "fast")),
        ("overlap", "x86-nt", *nt),
        ("mixed", "x86-nt", nt[0], (*nt[1], "-variant", "mixed")),
    ]
    for suite, what, ours, herd in known:
        yield _suite(f"{suite}: {what}", corpora / suite / "tests", limit, ours, herd)


def kernel(corpora: Path, lkmm: Path, limit: float) -> Iterator[Row | str]:
    """The kernel's own tests and those of the corpora, on the kernel's model."""
    yield _suite("the kernel's own", lkmm / "litmus-tests", limit, *LKMM, lkmm)
    yield _suite("lkmm: linux-kernel.cfg", corpora / "lkmm" / "tests", limit, *LKMM, lkmm)


def _suite(
    what: str,
    tests: Path,
    limit: float,
    ours: Sequence[str],
    herd: Sequence[str],
    folder: Path | None = None,
) -> Row | str:
    found = sorted(tests.rglob("*.litmus"))
    return Row(what, found, limit, ours, herd, folder) if found else f"{what}: skipped: no tests in {tests}"


# ---- time


@dataclass(frozen=True)
class Measured:
    """Wall seconds of each run, the tests that the last one answered, and whether it was stopped."""

    seconds: Sequence[float]
    answered: int
    stopped: bool

    def __str__(self) -> str:
        if self.stopped:
            return f"> {max(self.seconds):.0f}"
        return f"{self.median:.2f} ({min(self.seconds):.2f}..{max(self.seconds):.2f})"

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


class Bench:
    """Runs rows and prints them. runs: of each command; a long one runs less often."""

    def __init__(self, herd: str | None, runs: int, folder: Path) -> None:
        self._herd, self._runs, self._folder = herd, runs, folder

    def row(self, row: Row) -> str:
        """The line of a row."""
        names = self._folder / "@tests"
        names.write_text("".join(f"{path.resolve()}\n" for path in row.tests), encoding="utf-8")
        commands = [
            [sys.executable, "-m", "ordercheck", "litmus", "--jobs", "1", "--format", "herd", *row.ours]
        ]
        if self._herd:
            commands.append([self._herd, *row.herd])
        measured = self._measured([[*command, str(names)] for command in commands], row)
        cells = [f"{m!s:>22} {m.answered:>5}" for m in measured]
        if len(measured) == 2:
            cells.append(f"{_ratio(*measured):>9}")
        return f"{row.what:42} {len(row.tests):>5} {' '.join(cells)}"

    def _measured(self, commands: Sequence[Sequence[str]], row: Row) -> list[Measured]:
        """The commands in turn, until each has had its runs or used up its time."""
        found: list[list[float]] = [[] for _ in commands]
        answered, stopped = [0] * len(commands), [False] * len(commands)
        for _ in range(self._runs):
            for i, command in enumerate(commands):
                if stopped[i] or sum(found[i]) > row.limit / 4:
                    continue
                seconds, answered[i], stopped[i] = self._once(command, row)
                found[i].append(seconds)
        return [Measured(*each) for each in zip(found, answered, stopped, strict=True)]

    def _once(self, command: Sequence[str], row: Row) -> tuple[float, int, bool]:
        log = self._folder / "log"
        start = time.perf_counter()
        stopped = False
        with log.open("wb") as out:
            try:
                subprocess.run(
                    command,
                    stdout=out,
                    stderr=subprocess.DEVNULL,
                    cwd=row.folder or self._folder,
                    timeout=row.limit,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                stopped = True
        seconds = time.perf_counter() - start
        return seconds, sum(line.startswith(b"Observation ") for line in log.open("rb")), stopped


def _ratio(ours: Measured, herd: Measured) -> str:
    if any(not (m.answered or m.stopped) for m in (ours, herd)):
        return "-"
    if ours.stopped:
        return "?" if herd.stopped else f"< {herd.median / ours.median:.2f}"
    return f"{'> ' if herd.stopped else ''}{herd.median / ours.median:.2f}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--herd", default="herd7", metavar="PATH", help="herd7 [default: where PATH has it]")
    parser.add_argument(
        "--corpora",
        type=Path,
        default=ROOT.parent / "shared" / "corpora",
        metavar="DIR",
        help="folders SUITE/tests: x86, x86_64, nt, overlap, mixed, lkmm [default: ../shared/corpora]",
    )
    parser.add_argument("--lkmm", type=Path, metavar="DIR", help="the kernel's tools/memory-model")
    parser.add_argument("--runs", type=int, default=5, help="of each command [default: 5]")
    parser.add_argument("--limit", type=float, default=60, help="seconds for a grown test [default: 60]")
    parser.add_argument("--suite-limit", type=float, default=300, help="seconds for a suite [default: 300]")
    parser.add_argument("--only", default="", metavar="WORD", help="only rows with this word in their name")
    parser.add_argument("--quick", action="store_true", help="one run each, limits of 5 and 20 seconds")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.limit, options.suite_limit = 1, 5, 20
    herd = shutil.which(options.herd)
    if herd is None:
        print(f"no {options.herd}: ours alone")
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(herd, options.runs, Path(temporary))
        heads = [f"{who + ' s':>22} {'done':>5}" for who in (["ours", "herd7"] if herd else ["ours"])]
        print(f"{'what':42} {'tests':>5} {' '.join(heads)}{'     ratio' if herd else ''}", flush=True)
        for row in _rows(options, Path(temporary)):
            if options.only in (row if isinstance(row, str) else row.what):
                print(row if isinstance(row, str) else bench.row(row), flush=True)


def _rows(options: argparse.Namespace, folder: Path) -> Iterator[Row | str]:
    if options.corpora.is_dir():
        yield from suites(options.corpora, options.suite_limit)
    else:
        yield f"suites: skipped: no folder {options.corpora}"
    if options.lkmm is not None:
        yield from kernel(options.corpora, options.lkmm, options.suite_limit)
    else:
        yield "the kernel's model: skipped: no --lkmm DIR"
    yield from grown(folder, options.limit)


if __name__ == "__main__":
    main()
