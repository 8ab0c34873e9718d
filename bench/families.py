"""Programs that grow with a number: what the benchmark times."""

from __future__ import annotations

from ordercheck.program import Condition, Program, ProgramBuilder, RegisterOf, Visibility, const, disj, var


def bulk(n: int) -> Program:
    """One thread writes n NT words, drains, sets a flag; another that saw the flag checks all of them.

    The condition: the reader saw the flag and some old word (never, on x86-nt).
    """
    p = ProgramBuilder(f"bulk-{n}")
    data = p.object("data", 8 * n, Visibility.SHARED)
    flag = p.object("flag", 8, Visibility.SHARED)
    with p.thread("writer") as t:
        for i in range(n):
            t.nt_store(data + 8 * i, 8, 1)
        t.sfence()
        t.store(flag, 8, 1)
    seen = []
    with p.thread("reader") as t:
        t.load(flag, 8, into="f")
        for i in range(n):
            t.load(data + 8 * i, 8, into=f"r{i}")
            seen.append(RegisterOf(1, f"r{i}"))
    p.observe(RegisterOf(1, "f"), *seen)
    stale = disj(*(var(str(o)) == 0 for o in seen))
    p.condition(Condition("exists", (var("1:f") == 1) & stale))
    return p.build()


def ring(n: int) -> Program:
    """Store buffering around a ring of n threads; the condition: everybody reads 0 (x86 allows it)."""
    p = ProgramBuilder(f"sb-ring-{n}")
    cells = [p.object(f"x{i}", 8, Visibility.SHARED) for i in range(n)]
    condition = const(True)
    for i in range(n):
        with p.thread() as t:
            t.store(cells[i], 8, 1)
            t.load(cells[(i + 1) % n], 8, into="r")
        p.observe(RegisterOf(i, "r"))
        condition = condition & (var(f"{i}:r") == 0)
    p.condition(Condition("exists", condition))
    return p.build()


def coherence(k: int) -> Program:
    """k threads with one store each to one location; every final value is an outcome."""
    from ordercheck.program import MemoryAt

    p = ProgramBuilder(f"coherence-{k}")
    x = p.object("x", 8, Visibility.SHARED)
    for i in range(k):
        with p.thread() as t:
            t.store(x, 8, i + 1)
    p.observe(MemoryAt("x", 0, 8, "x"))
    p.condition(Condition("exists", var("x") == 1))
    return p.build()
