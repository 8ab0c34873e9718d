"""What `fuzz` compared, and what differed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ordercheck.testing.fuzz import FuzzReport


def render(report: FuzzReport) -> str:
    """A line for each pair of engines and model, then each disagreement with its program."""
    width = max((len(c.pair) for c in report.compared), default=0)
    lines = [f"{'compared':{width}}  {'model':12} {'agreed':>7} {'skipped':>8}"]
    for compared in report.compared:
        skipped = sum(compared.skipped.values())
        lines.append(f"{compared.pair:{width}}  {compared.model:12} {compared.agreed:7} {skipped:8}")
    reasons: dict[str, int] = {}
    for compared in report.compared:
        for reason, count in compared.skipped.items():
            reasons[reason] = reasons.get(reason, 0) + count
    lines += [f"skipped {count}: {reason}" for reason, count in sorted(reasons.items(), key=lambda r: -r[1])]
    for found in report.disagreements:
        lines += [
            "",
            f"DISAGREEMENT: {found.pair}, {found.model}: {found.difference}",
            found.program.rstrip(),
        ]
    lines += [
        "",
        f"{report.examples} programs, {len(report.disagreements)} disagreements; "
        f"{report.seconds:.1f} s; seed {report.seed}",
    ]
    return "\n".join(lines) + "\n"
