"""Small C tests and what becomes of them, as text."""

from __future__ import annotations

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.litmus import c, sections
from ordercheck.frontends.litmus.c.macros import Macros, parse
from ordercheck.frontends.litmus.test import Litmus
from ordercheck.program.expr import show
from ordercheck.program.ir import (
    ANYWHERE,
    LOCKED,
    MFENCE,
    Address,
    Assign,
    Assume,
    Branch,
    Exit,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    Mark,
    Rmw,
    Store,
    Thread,
)

# A few definitions of the kind that the kernel's file has, in other words
KERNEL = r"""
// loads and stores
LOAD(P) __load{once}(*P)
STORE(P,V) { __store{once}(*P,V); }
LOAD_ACQUIRE(P) __load{acquire}(*P)
STORE_RELEASE(P,V) { __store{release}(*P,V); }
STORE_THEN_FENCE(P,V) { STORE(P,V); __fence{mb}; }
LOC(L) __load{once}(L)
SETLOC(L,V) { __store{once}(L,V); }
FULL() { __fence{mb}; }
BEFORE() { __fence{before-atomic}; }

SWAP(P,V) __xchg{mb}(P,V)
CAS(P,O,N) __cmpxchg{mb}(P,O,N)
CAS_ACQUIRE(P,O,N) __cmpxchg{acquire}(P,O,N)
ADD(V,P) { __atomic_op(P,+,V); }
ADD_RETURN(V,P) __atomic_op_return{mb}(P,+,V)
FETCH_SUB_RELEASE(V,P) __atomic_fetch_op{release}(P,-,V)
DEC_AND_TEST(P) __atomic_op_return{once}(P,-,1) == 0
ADD_UNLESS(P,V,U) __atomic_add_unless{mb}(P,V,U)

LOCK(S) { __lock(S); }
UNLOCK(S) { __unlock(S); }
TRY(S) __trylock(S)
LOCKED(S) __islocked(S)
ENTER(S) __srcu{srcu-lock}(S)
LEAVE(S,V) { __srcu{srcu-unlock}(S,V); }
SYNC(S) { __srcu{sync-srcu}(S); }
"""
MACROS = parse(KERNEL, "kernel.def")


def litmus(
    body: str,
    init: str = "",
    tail: str = "exists (0:r0=1)",
    params: str = "int *x, int *y",
    macros: Macros | None = MACROS,
) -> Litmus:
    """A test with one thread."""
    return test(f"P0({params}) {{ {body} }}", init, tail, macros)


def test(code: str, init: str = "", tail: str = "exists (0:r0=1)", macros: Macros | None = MACROS) -> Litmus:
    """A test with these threads: its first line is the header, the second the initial state."""
    return c.read(sections.split(f"C test\n{{ {init} }}\n{code}\n{tail}\n", "t.litmus"), macros)


test.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def refusal(body: str, init: str = "", params: str = "int *x, int *y", macros: Macros | None = MACROS) -> str:
    """`COLUMN: message` of the error in the one line of a thread; the column is from 1 in the line."""
    with pytest.raises(InputError) as caught:
        litmus(body, init, params=params, macros=macros)
    error = caught.value
    assert (error.file, error.line) == ("t.litmus", 3), error
    return f"{error.column - len(f'P0({params}) {{ ')}: {error.message}"


def lines(thread: Thread) -> list[str]:
    """The code of a thread, an instruction a line; blocks are numbered."""
    found = []
    for number, block in enumerate(thread.blocks):
        if number:
            found.append(f"{number}:")
        found += [instruction(instr) for instr in block.body]
        match block.end:
            case Goto(target):
                found.append(f"goto {target}")
            case Branch():
                end = block.end
                found.append(f"if {show(end.condition)} {end.then} else {end.other} join {end.join}")
            case Exit():
                pass
    return found


def code(body: str, init: str = "", params: str = "int *x, int *y") -> list[str]:
    """The code that the one thread of a test becomes."""
    return lines(litmus(body, init, params=params).program.threads[0])


def instruction(instr: Instr) -> str:
    """`r0 = R[Once] x`, `W[Release] y = 1`, `F[Mb]`, `@1 = RW[Once/Once] x := 2`, `LKR s`."""
    match instr:
        case Load():
            return f"{instr.dst} = R{tags(instr.tags)} {place(instr.address)}"
        case Store():
            return f"W{tags(instr.tags)} {place(instr.address)} = {show(instr.value)}"
        case Rmw():
            assert instr.when is None and instr.ordered and instr.write_tags is not None
            both = f"{tags(instr.tags)}{tags(instr.write_tags)}"
            return f"{instr.dst} = RW{both} {place(instr.address)} := {show(instr.value)}"
        case Fence():
            return f"F{tags(instr.tags)}"
        case Mark():
            value = "" if instr.value is None else f" {show(instr.value)}"
            return f"{' '.join(sorted(instr.tags))} {place(instr.address)}{value}"
        case Assign():
            return f"{instr.dst} = {show(instr.value)}"
        case Assume():
            return f"assume {show(instr.condition)}"
        case Havoc():
            return f"{instr.dst} = any {instr.sort}"
    return type(instr).__name__


def tags(names: frozenset[str]) -> str:
    """`[Once]`, without RMW and what else there is for models of processors."""
    rest = sorted(names - {"RMW", LOCKED, MFENCE})
    return f"[{','.join(rest)}]" if rest else ""


def place(address: Address) -> str:
    """`x`, `x+4`, `*(r0)`."""
    if address.object == ANYWHERE:
        return f"*({show(address.offset)})"
    offset = show(address.offset)
    return address.object if offset == "0" else f"{address.object}+{offset}"
