"""The grammar: what is read, and where errors are."""

from __future__ import annotations

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.c.syntax import Assign, Block, Declare, If, Name, Number, Operation, While
from ordercheck.frontends.litmus.c.tokens import Tokens
from ordercheck.frontends.litmus.c.units import functions
from tests.frontends.litmus.c.litmus_c_helper import code, refusal, test


def parsed(body: str) -> tuple[object, ...]:
    return functions(Tokens(f"P0(int *x) {{ {body} }}", "t.litmus"))[0].body


def text(node: object) -> str:
    """An expression in brackets."""
    match node:
        case Number(value=value):
            return str(value)
        case Name(name=name):
            return name
        case Operation(op=op, left=left, right=right):
            return f"({text(left)}{op}{text(right)})"
    return type(node).__name__


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a + b * c - d", "((a+(b*c))-d)"),
        ("a == b & c ^ d | e", "((((a==b)&c)^d)|e)"),
        ("a + 1 < b - 2 == c", "(((a+1)<(b-2))==c)"),
        ("(a | b) * (c)", "((a|b)*c)"),
        ("-a - -1", "((0-a)--1)"),
        ("!a && b || c", "(((a==0)&&b)||c)"),
        ("~a + (int) b * 2", "((a^-1)+(b*2))"),
        ("a<<1>>2", "((a<<1)>>2)"),
        ("continue + %r0", "(continue+%r0)"),
    ],
)
def test_operators_bind_as_in_c(source: str, tree: str) -> None:
    (statement,) = parsed(f"r = {source};")
    assert isinstance(statement, Assign)
    assert text(statement.value) == tree


def test_statements() -> None:
    body = parsed("int r0, r1 = 2, *r2; { int a; } if (x) ; else r0 = 1; while (r0) { } ; /* no */ // more\n")
    assert [type(s) for s in body] == [Declare, Assign, Declare, Block, If, While]


def test_threads() -> None:
    found = functions(
        Tokens("void P0(volatile int *x) {} P1(struct srcu_struct *s, int **p, atomic<int> *a) {}", "f")
    )
    assert [(f.number, [(p.name, p.type) for p in f.parameters]) for f in found] == [
        (0, [("x", "int")]),
        (1, [("s", "struct srcu_struct"), ("p", "int *"), ("a", "int")]),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "int",
        "long",
        "char",
        "intptr_t",
        "uint64_t",
        "atomic_t",
        "spinlock_t",
        "volatile int",
        "const int",
        "int volatile",
        "_Atomic int",
        "atomic_int",
        "volatile (int)",
        "__int128",
    ],
)
def test_types(typed: str) -> None:
    assert len(functions(Tokens(f"P0({typed} *x) {{ {typed} r0 = 1; }}", "f"))[0].parameters) == 1


def test_regions_are_passed() -> None:
    assert test("P0(int *x) { *x = 1; }\nregions: x:FAST, y:SLOW", tail="exists (x=1)").program.threads


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("r0 = ;", "6: expected an expression, found `;`"),
        ("r0 = 1", "8: expected `;`, found `}`"),
        ("r0 = (1;", "8: expected `)`, found `;`"),
        ("r0 = 1 2;", "8: expected `;`, found `2`"),
        ("r0 = 4294967296;", "6: 4294967296 does not fit in 32 bits"),
        (
            "r0 = 99999999999999999999999999;",
            "6: 999999999999... does not fit in 32 bits",
        ),
        ("r0 = -2147483649;", "6: -2147483649 does not fit in 32 bits"),
        ("r0 = 12u;", "6: `12u` is no decimal or hexadecimal number"),
        ("r0 = 0xg;", "6: `0xg` is no decimal or hexadecimal number"),
        ("for (;;) { }", "1: litmus C has no `for` here: it has if, else and while"),
        ("return;", "1: litmus C has no `return` here: it has if, else and while"),
        ("else r0 = 1;", "1: litmus C has no `else` here: it has if, else and while"),
        ("u64 r0 = 1;", "1: unknown type `u64`: litmus C has int, long, intptr_t, atomic_t and the like"),
        ("struct foo f;", "8: expected `srcu_struct`, the one structure of litmus C, found `foo`"),
        ("if (1) int r0;", "8: a declaration cannot be the whole body: write { ... }"),
        ("1 + x = 2;", "7: the left of `=` is neither a register nor `*address`"),
        ("r0 = x[1];", "7: expected `;`, found `[`"),
        ("r0 = a ? b : c;", "8: expected `;`, found `?`"),
        ("__fence{};", "9: expected an annotation, such as `once` or `rcu-lock`, found `}`"),
        ("__atomic_op(x, /, 1);", "16: expected one of the operators + - & ^ | &~, found `/`"),
        (
            "atomic_thread_fence(acquire);",
            "21: expected a memory order, such as `memory_order_acquire`, found `acquire`",
        ),
        ("r0 = 1 && *x;", "8: the right operand of && accesses memory: litmus C has `if` for that"),
        ("r0 = 1 / 0;", "8: division by zero"),
        ("r0 = x & 3;", "8: operator & does not take an address"),
        ("*7 = 1;", "2: 7 is not the address of a location"),
        ("r0 = 3; *r0 = 1;", "10: 3 is not the address of a location"),
        ("@", "1: unexpected character '@'"),
        ("/* ", "1: this comment never ends: expected `*/`"),
        ("(* no comment here *)", "7: expected `)`, found `comment`"),
        ("r0 = " + "(" * 200 + "1" + ")" * 200 + ";", "106: nested more than 100 deep"),
        ("r0 = 1" + " + 1" * 200 + ";", "402: nested more than 100 deep"),
        ("{" * 200, "101: nested more than 100 deep"),
        ("if (1) " * 200, "0: "),
    ],
)
def test_errors(body: str, message: str) -> None:
    found = refusal(body)
    if message == "0: ":
        assert found.endswith("nested more than 100 deep")
    else:
        assert found == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "expected a thread, such as `P0(int *x) { ... }`, found the end"),
        ("P1(int *x) { }", "expected thread `P0`, found `P1`"),
        ("P0(int x) { }", "parameter x is no pointer: a thread is given addresses"),
        ("P0(int *x, int *x) { }", "two parameters are called x"),
        ("P0(foo *x) { }", "expected the type of a parameter, such as `int *`, found `foo`"),
        ("P0(int *x) { r0 = 1;", "expected an expression, found the end"),
        ("P0(int *x) { } scopes: (a 0)", "expected thread `P1`, found `scopes`"),
        ("P0() { } regions: x:y z", "expected `,` or the condition, found `z`"),
        (" ".join(f"P{k}() {{ }}" for k in range(65)), "more than 64 threads"),
        ("P0() { " + "r0 = 1; " * 30_000 + "}", "more than 100000 tokens"),
    ],
)
def test_errors_around_threads(source: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        functions(Tokens(source, "t.litmus"))
    assert caught.value.message == message


def test_empty_threads_and_comments() -> None:
    assert code("/* nothing */ ; // at all\n ;") == []
