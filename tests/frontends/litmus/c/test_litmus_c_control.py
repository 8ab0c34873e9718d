"""Conditions, loops, dependencies and arithmetic."""

from __future__ import annotations

import pytest

from ordercheck.program.expr import evaluate, variables
from ordercheck.program.ir import Assign, Branch, Exit, Goto, Thread
from tests.frontends.litmus.c.litmus_c_helper import code, litmus


def run(body: str) -> dict[str, int]:
    """The final registers of a thread that accesses no memory, as signed numbers."""
    thread = litmus(body).program.threads[0]
    held: dict[str, int | bool] = dict.fromkeys(thread.registers, 0)
    block = 0
    for _ in range(1000):
        for instr in thread.blocks[block].body:
            assert isinstance(instr, Assign)
            held[instr.dst] = evaluate(instr.value, held)
        match thread.blocks[block].end:
            case Goto(target):
                block = target
            case Branch():
                end = thread.blocks[block].end
                assert isinstance(end, Branch)
                block = end.then if evaluate(end.condition, held) else end.other
            case Exit():
                return {name: int(v) - (int(v) >> 31 << 32) for name, v in held.items()}
    raise AssertionError("endless")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2147483647 + 1", -2147483648),
        ("2147483647 * 3", 2147483645),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 % 2", -1),
        ("7 % -2", 1),
        ("-1 < 0", 1),
        ("-1 > 0", 0),
        ("0 >= -1", 1),
        ("3 <= 2", 0),
        ("-1 == 4294967295", 1),
        ("6 & 3 | 8 ^ 1", 2 | 9),
        ("1 + 2 * 3 - 4", 3),
        ("1 | 2 == 2", 1),
        ("8 - 4 - 2", 2),
        ("!5", 0),
        ("!0 + ~0", 0),
        ("-(3)", -3),
        ("1 << 4 >> 2", 4),
        ("-16 >> 2", -4),
        ("0x1F", 31),
        ("3 && 0", 0),
        ("0 || 7", 1),
        ("(int) 3 + 4", 7),
    ],
)
def test_arithmetic(text: str, value: int) -> None:
    assert run(f"r0 = {text};")["r0"] == value
    # the same where the operands are not known to be constants
    names = ["a", "b", "c", "d"]
    assert (
        run(f"n = 3; while (n) {{ r0 = {text}; n = n - 1; {' '.join(f'{x} = 0;' for x in names)} }}")["r0"]
        == value
    )


@pytest.mark.parametrize("a", [0, 1, -1, 7, -7, 2147483647, -2147483648])
@pytest.mark.parametrize("b", [1, -1, 2, -3, 2147483647, -2147483648])
def test_operators_agree_with_c(a: int, b: int) -> None:
    def wrapped(value: int) -> int:
        return (value + (1 << 31)) % (1 << 32) - (1 << 31)

    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    expected = {
        "+": a + b,
        "-": a - b,
        "*": a * b,
        "/": quotient,
        "%": a - quotient * b,
        "&": a & b,
        "|": a | b,
        "^": a ^ b,
        "<": int(a < b),
        "<=": int(a <= b),
        ">": int(a > b),
        ">=": int(a >= b),
        "==": int(a == b),
        "!=": int(a != b),
    }
    # in a loop no register is known to be constant
    steps = " ".join(f"r{k} = a {op} b;" for k, op in enumerate(expected))
    found = run(f"n = 2; while (n) {{ a = {a}; b = 0; if (n != 9) b = {b}; {steps} n = n - 1; }}")
    assert [found[f"r{k}"] for k in range(len(expected))] == [wrapped(v) for v in expected.values()]


def test_dependencies_are_of_the_text() -> None:
    found = code("r0 = LOAD(x); STORE(y, r0 ^ r0); STORE(y, r0 & 0); STORE(y, 0 * r0); STORE(y, r0 - r0);")
    assert found[1:] == [
        "W[Once] y = r0 ^ r0",
        "W[Once] y = r0 & 0",
        "W[Once] y = trunc(0 * r0, 32)",
        "W[Once] y = trunc(r0 - r0, 32)",
    ]
    assert "if r0 == r0 1 else 2 join 3" in code("r0 = LOAD(x); if (r0 == r0) STORE(y, 1);")


def test_an_address_may_depend_on_a_load() -> None:
    assert (
        code("r0 = LOAD(x); STORE(y + (r0 ^ r0), 1);")[1]
        == "W[Once] *(trunc(0x5e010000 + (r0 ^ r0), 32)) = 1"
    )


def test_a_control_dependency_ends_with_the_statement() -> None:
    assert code("r0 = LOAD(x); if (r0) { STORE(y, 1); } STORE(y, 2);") == [
        "r0 = R[Once] x",
        "if r0 != 0 1 else 2 join 3",
        "1:",
        "W[Once] y = 1",
        "goto 3",
        "2:",
        "goto 3",
        "3:",
        "W[Once] y = 2",
    ]


def test_else() -> None:
    found = code("if (LOAD(x) == 2) STORE(y, 1); else { STORE(y, 2); }")
    assert found[:2] == ["@1 = R[Once] x", "if @1 == 2 1 else 2 join 3"]
    assert found[5:8] == ["2:", "W[Once] y = 2", "goto 3"]


def test_an_else_belongs_to_the_nearest_if() -> None:
    assert run("a = 1; n = 1; if (a) if (a == 2) r0 = 1; else r0 = 2;")["r0"] == 2


def test_loops() -> None:
    assert code("while (LOAD(x) == 0) { ADD(1, y); } STORE(x, 2);") == [
        "goto 1",
        "1:",
        "@1 = R[Once] x",
        "if @1 == 0 2 else 3 join 3",
        "2:",
        "@2 = RW[Noreturn][Once] y := trunc(@2 + 1, 32)",
        "goto 1",
        "3:",
        "W[Once] x = 2",
    ]
    assert run("r0 = 5; while (r0 > 1) { r0 = r0 - 1; r1 = r1 + 10; }") == {"r0": 1, "r1": 40}


def test_what_a_loop_assigns_is_not_known_in_it() -> None:
    assert run("p = 1; n = 2; while (n) { r1 = r1 + p; p = 10; n = n - 1; } r2 = p;")["r1"] == 11


def test_a_macro_in_a_loop_may_assign() -> None:
    from ordercheck.frontends.litmus.c.macros import parse
    from tests.frontends.litmus.c.litmus_c_helper import lines

    macros = parse("BUMP(R) { R = R + 1; } TWICE(R) { BUMP(R); BUMP(R); }", "m.def")
    program = litmus("while (r0 < 3) { TWICE(r0); }", macros=macros).program
    assert "r0 = trunc(r0 + 1, 32)" in lines(program.threads[0])


def test_conditions_that_are_known_leave_no_branch() -> None:
    assert code("if (1) r0 = 1; else r0 = 2;") == ["r0 = 1"]


def test_registers_that_are_read_or_shown_are_declared() -> None:
    thread: Thread = litmus(
        "if (LOAD(x)) { r1 = 1; } r2 = r1;", tail="exists (0:r9=0 /\\ 0:r2=1)"
    ).program.threads[0]
    assert {"r1", "r2", "r9"} <= set(thread.registers)
    read = {
        name
        for block in thread.blocks
        for instr in block.body
        if isinstance(instr, Assign)
        for name in variables(instr.value)
    }
    assert read <= set(thread.registers)
