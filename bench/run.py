"""What the project promises about speed, measured: python bench/run.py [--quick]

Each row is a whole process, so that start-up counts: wall time (the median of three, one
for long ones), and the largest memory. Nothing is asserted; read it, compare, and quote
ratios: machines differ and are noisy. Litmus tests, beside herd7: python bench/litmus.py
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = str(Path(__file__).resolve().parent)


@dataclass(frozen=True)
class Row:
    """One measurement: what it is, the command, and the aim in seconds."""

    what: str
    command: Sequence[str]
    aim: str
    runs: int = 3


def query(expression: str) -> list[str]:
    """A process that evaluates one expression over `families` and the axiomatic engine."""
    code = (
        f"import sys; sys.path.insert(0, {HERE!r})\n"
        "import families as f\n"
        "from ordercheck import cat, shipped\n"
        "from ordercheck.engines import axiomatic as a\n"
        "m = cat.load(shipped.memory_models()['x86-nt'])\n"
        f"print({expression})"
    )
    return [sys.executable, "-c", code]


def ordercheck(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ordercheck", *arguments]


ZONE = ["verify", "zone_device", "--engine", "axiomatic", "--model", "x86-nt"]
PAGES = ["start_pfn=0", "nr_pages=8", "pfns_per_compound=8", "use_template=true"]
FIXED = [word for p in [*PAGES, "debug_vm=false", "vmemmap_optimized=false"] for word in ("--param", p)]

ROWS = [
    Row("floor: python, nothing else", [sys.executable, "-c", "pass"], ""),
    Row("ordercheck --version", ordercheck("--version"), ""),
    Row("main job: ordercheck verify", ordercheck("verify"), "2"),
    Row("one variant, one model, every size", ordercheck("verify", "zone_device", "--model", "x86-nt"), ""),
    Row("zone_device, 8 pages, axiomatic", ordercheck(*ZONE, *FIXED), "5"),
    Row("256 NT words, drain, flag, reader", query("a.reachable(f.bulk(256), m)"), "0.5"),
    Row("1024 NT words", query("a.reachable(f.bulk(1024), m)"), ""),
    Row("4096 NT words", query("a.reachable(f.bulk(4096), m)"), "10, better 1", 1),
    Row("store-buffering ring, 6 threads", query("len(a.outcomes(f.ring(6), m).states)"), ""),
    Row("store-buffering ring, 14 threads, verdict", query("a.reachable(f.ring(14), m)"), ""),
    Row("10 threads, one store each, one location", query("len(a.outcomes(f.coherence(10), m).states)"), ""),
]


def measure(row: Row) -> tuple[float, float, int, str]:
    """Median wall seconds, peak memory in MiB, exit status, the last line printed."""
    walls, peak, status, last = [], 0.0, 0, ""
    for _ in range(row.runs):
        start = time.perf_counter()
        process = subprocess.Popen(row.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout is not None
        lines = process.stdout.read().strip().splitlines()
        _, waited, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(waited)
        walls.append(time.perf_counter() - start)
        peak = max(peak, usage.ru_maxrss / 1024)
        status, last = process.returncode, lines[-1] if lines else ""
    return statistics.median(walls), peak, status, last


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one run of each row")
    quick = parser.parse_args().quick
    print(f"{'what':45} {'wall s':>8} {'aim s':>12} {'MiB':>7} {'exit':>5}  last line")
    for row in ROWS:
        wall, peak, status, last = measure(Row(row.what, row.command, row.aim, 1) if quick else row)
        print(f"{row.what:45} {wall:8.3f} {row.aim:>12} {peak:7.0f} {status:5}  {last[:60]}", flush=True)


if __name__ == "__main__":
    main()
