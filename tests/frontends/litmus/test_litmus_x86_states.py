"""Initial and final states of x86 tests: widths, signs, arrays, addresses; as herd7 prints them."""

from __future__ import annotations

import pytest

from ordercheck.frontends.litmus import read_text
from ordercheck.frontends.litmus.test import Litmus, Shown
from ordercheck.program.ir import ANYWHERE, Load, MemoryAt, Program, RegisterOf, Store
from tests.frontends.litmus.litmus_helper import (
    body,
    error_of,
    final,
    holds,
    machine_states_of,
    read,
    states,
    states_of,
    text_of,
)

TWO = (
    "0:rax=x; int64_t 0:rbx=-1; uint32_t z=-1; uint64_t w=-1; int8_t b=-1; uint8_t c=-1; short s=-1; "
    "uint16_t u=-1; x=-1; int64_t y=-1; intptr_t t=-1; uintptr_t v=-1; char h=200; atomic_t k=-1; "
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x", "[x]=-1;"),
        ("y", "[y]=-1;"),
        ("z", "[z]=4294967295;"),
        ("w", "[w]=18446744073709551615;"),
        ("b", "[b]=-1;"),
        ("c", "[c]=255;"),
        ("s", "[s]=-1;"),
        ("u", "[u]=65535;"),
        ("t", "[t]=-1;"),
        ("v", "[v]=18446744073709551615;"),
        ("h", "[h]=-56;"),
        ("k", "[k]=4294967295;"),
        ("new", "[new]=0;"),
        ("0:rax", "0:rax=x;"),
        ("0:RBX", "0:rbx=-1;"),
        ("0:%ebx", "0:ebx=-1;"),
        ("0:bx", "0:bx=-1;"),
        ("0:r9", "0:r9=0;"),
        ("0:rip", "0:rip=0;"),
        ("0:cs", "0:cs=0;"),
        ("P0:rbx", "0:rbx=-1;"),
    ],
)
def test_what_is_printed(name: str, shown: str) -> None:
    assert final("nop", init=TWO, shown=name) == shown


@pytest.mark.parametrize(
    ("kind", "size", "signed"),
    [
        ("int", 4, True),
        ("unsigned", 4, False),
        ("unsigned int", 4, False),
        ("long", 8, True),
        ("long long int", 8, True),
        ("unsigned long", 8, False),
        ("unsigned char", 1, False),
        ("signed short int", 2, True),
        ("volatile int", 4, True),
        ("const uint16_t", 2, False),
        ("int128_t", 16, True),
        ("__uint128_t", 16, False),
    ],
)
def test_types(kind: str, size: int, signed: bool) -> None:
    litmus = read("nop", init=f"{kind} x=-1;", tail="exists x=-1")
    (shown,) = litmus.shown
    assert (shown.bits, shown.signed) == (8 * size, signed)
    assert all(holds(litmus))


def test_the_order_is_herd7s() -> None:
    shown = "z;z[1];1:rbx;y;aa;b;a[0];a;0:rax;a[1];z[0];1:r10;1:rip;1:r8;"
    found = final("nop", "nop", init="int a[2]={5,6}; b=0; int z[2]; aa;", shown=shown)
    assert found == (
        "0:rax=0; 1:rip=0; 1:rbx=0; 1:r8=0; 1:r10=0; "
        "a={5,6}; [aa]=0; [b]=0; [y]=0; z={0,0}; a[0]=5; a[1]=6; z[0]=0; z[1]=0;"
    )


def test_a_location_without_a_type_is_as_wide_as_its_accesses_and_printed_as_an_int() -> None:
    code = "movq %rax,(x); movq (x),%rbx; movl 4(%rsi),%ecx"
    init = "0:rax=0x100000002; 0:rsi=x; int64_t 0:rbx;"
    assert final(code, init=init, shown="x;0:rbx;0:rcx;") == "0:rbx=4294967298; 0:rcx=1; [x]=2;"
    assert error_of(text_of("movq %rax,(x)", init="int x;")) == (
        "4:1: 8 bytes at x+0 lie outside its 4 bytes"
    )
    assert error_of(text_of("movl %eax,-4(%rsi)", init="0:rsi=x;")) == (
        "4:1: 4 bytes at x+-4 lie outside its 4 bytes"
    )


def test_halves_of_a_location() -> None:
    init = "int64_t x=-1; 0:rsi=x;"
    assert final("movl $1,(x); movl $2,4(%rsi)", init=init, shown="x;") == "[x]=8589934593;"


def test_arrays() -> None:
    init = "uint8_t a[4]={1,255,-1,0x10}; int64_t b[2]; 0:rsi=b; intptr_t p[2]={a,x};"
    code = "movl (a),%eax; movq $-1,8(%rsi)"
    found = final(code, init=init, shown="a;b;p;b[1];a[1];0:rax;")
    assert found == "0:rax=285212417; a={1,255,255,16}; b={0,-1}; p={a,x}; a[1]=255; b[1]=-1;"


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        ("a={5,-1} /\\ a[1]=-1 /\\ a[0]!=4", True),
        ("a={5,4294967295}", True),
        ("a={5}", False),
        ("p={a,x}", True),
        ("p={x,a}", False),
        ("p[1]=x /\\ q=a[1]", True),
        ("q=x", False),
        # numbers are taken modulo the width of the type
        ("x=0x1ffffffff /\\ 0:rax=4294967295 /\\ b=255 /\\ b=-1", True),
        ("y=4294967295", False),
        ("y=0xffffffffffffffff", True),
        ("[x]=0:rcx", True),
        ("[x]=[y]", False),
        ("[a]=[d]", True),
        ("0:rbx=x /\\ ~0:rbx=y", True),
        ("0:rbx=5 => x=9", True),
        ("true /\\ ~false", True),
        ("false \\/ x=0", False),
    ],
)
def test_conditions(condition: str, true: bool) -> None:
    init = (
        "int a[2]={5,-1}; int d[2]={5,-1}; intptr_t p[2]={a,x}; q=a[1]; x=-1; int64_t y=-1; int8_t b=-1; "
        "0:rax=-1; 0:rbx=x; 0:rcx=0xffffffff;"
    )
    assert list(holds(read("nop", init=init, tail=f"exists {condition}"))) == [true]


def test_a_filter_observes_what_is_not_printed() -> None:
    litmus = read("movl $1,(x)", "movl (x),%eax", init="", tail="filter 1:rax=1 exists x=1")
    assert [(shown.name, shown.hidden) for shown in litmus.shown] == [("1:rax", True), ("[x]", False)]
    assert litmus.filter is not None
    assert states_of(litmus) == ["[x]=1;"]


def test_one_thing_under_two_names_is_printed_once() -> None:
    litmus = read("nop", tail="locations [x; [x]; 0:RAX; 0:%rax; *x;] exists 0:rax=0 /\\ P0:RAX=0")
    assert [shown.name for shown in litmus.shown] == ["0:rax", "[x]"]
    assert litmus.condition == "exists (0:rax=0 /\\ 0:rax=0)"


# addresses


def test_a_register_that_always_holds_one_address_names_its_object() -> None:
    litmus = read("movl $1,4(%rsi); movl (%rsi,%rdi,4),%eax", init="int a[2]; 0:rsi=a; 0:rdi=1;")
    places = [(i.address.object, i.address.offset.value) for i in body(litmus) if isinstance(i, Load | Store)]
    assert places == [("a", 4), ("a", 4)]
    assert [o.address for o in litmus.program.objects] == [None]
    assert litmus.names == {}
    assert litmus.program.threads[0].init == {}


@pytest.mark.parametrize(
    ("code", "init", "tail"),
    [
        ("addq $4,%rsi; movl (%rsi),%eax", "0:rsi=a;", ""),
        ("movl (%rsi),%eax", "0:rsi=a;", "exists 0:rsi=a"),
        ("movq %rsi,(p)", "0:rsi=a;", ""),
        ("movl (%rsi,%rax,4),%ebx; movl (x),%eax", "0:rsi=a;", ""),
        ("movl (x),%eax", "intptr_t p=a;", ""),
        ("movl (x),%eax", "", "exists x=a"),
        ("lea (a),%rax", "", ""),
    ],
)
def test_where_addresses_are_values_objects_have_them(code: str, init: str, tail: str) -> None:
    litmus = read(code, init=f"int a[2]={{5,6}}; {init}", tail=tail)
    addresses = [o.address for o in litmus.program.objects]
    assert None not in addresses
    assert len(set(addresses)) == len(addresses)
    assert set(litmus.names.values()) == {o.name for o in litmus.program.objects}


def test_an_access_through_a_loaded_pointer() -> None:
    litmus = read(
        "movq %rbx,(p)",
        "movq (p),%rax; movl (%rax),%ecx; movl $2,(%rax)",
        init="int *p=x; y=3; 0:rbx=y;",
        tail="locations [p;x;y;1:rax;1:rcx;] exists 1:rax=y",
    )
    assert [i.address.object for i in body(litmus, 1) if isinstance(i, Load | Store)] == [
        "p",
        ANYWHERE,
        ANYWHERE,
    ]
    wanted = ["1:rax=x; 1:rcx=0; [p]=y; [x]=2; [y]=3;", "1:rax=y; 1:rcx=3; [p]=y; [x]=0; [y]=2;"]
    assert states_of(litmus) == wanted
    assert machine_states_of(litmus) == wanted


def test_an_index_that_was_loaded() -> None:
    found = states(
        "movl $1,(x)",
        "movl (x),%ebx; movl (%rax,%rbx,4),%ecx",
        init="int a[2]={5,6}; 1:rax=a;",
        shown="1:rbx;1:rcx;",
    )
    assert found == ["1:rbx=0; 1:rcx=5;", "1:rbx=1; 1:rcx=6;"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0x5E010000, "y"),
        (0x5E010004, "y+4"),
        (0x5E00FFFC, "y+-4"),
        (0x5E007FFF, "x+32767"),
        (0x5E020000, "1577189376"),
        (0, "0"),
        (-1, "-1"),
    ],
)
def test_a_value_beside_an_address(value: int, text: str) -> None:
    shown = Shown(RegisterOf(0, "rax"), "0:rax")
    names = {0x5E000000: "x", 0x5E010000: "y"}
    litmus = Litmus("t", "X86_64", "t", Program("t", (), ()), (shown,), "", names=names)
    assert litmus.value(shown, value) == text


def test_the_value_of_an_array() -> None:
    shown = Shown(MemoryAt("a", 0, 4, "a"), "a", 32, False, cells=2)
    litmus = Litmus("t", "X86_64", "t", Program("t", (), ()), (shown,), "")
    assert litmus.state((0xFFFF0001,)) == "a={1,65535};"


# symbolic registers


def test_symbolic_registers_are_shown_as_herd7_chooses_them() -> None:
    found = states(
        "movl %foo,(x); movl (y),%eax",
        "movl $1,%ecx; movl (%bar),%edx",
        init="%foo=5; 0:rax=1; %bar=x;",
        shown="%foo;x;1:rdx;1:rcx;%bar;",
    )
    assert found == [
        "0:rbx=5; 1:rax=x; 1:rcx=1; 1:rdx=0; [x]=5;",
        "0:rbx=5; 1:rax=x; 1:rcx=1; 1:rdx=5; [x]=5;",
    ]
    assert final("MOV %EBX,[x]; MOV EAX,$1", init="x=5;", shown="%EBX;0:EBX;", arch="X86") == (
        "0:EBX=0; 0:ECX=5;"
    )


@pytest.mark.parametrize(
    ("threads", "init", "error"),
    [
        (("movl %a,(x)", "movl %a,(x)"), "%a=1;", "2:3: several threads have a register %a"),
        (("movl $1,(x)",), "%a=1;", "2:3: no thread uses the symbolic register %a"),
        (
            (";".join(f"movl $1,%s{n}" for n in range(17)),),
            "",
            "2:5: P0 has more symbolic registers than there are free ones",
        ),
    ],
)
def test_symbolic_registers_that_are_not_clear(threads: tuple[str, ...], init: str, error: str) -> None:
    assert error_of(text_of(*threads, init=init)) == error


@pytest.mark.parametrize(
    ("init", "tail", "error"),
    [
        ("x=1; x=2;", "", "2:8: x is initialised twice"),
        ("0:rax=1; 0:RAX=2;", "", "2:12: 0:RAX is initialised twice"),
        ("0:eax=1;", "", "2:3: expected a register of 64 bits, found eax"),
        ("0:foo=1;", "", "2:3: expected a register of 64 bits, found foo"),
        ("1:rax=1;", "", "2:3: there is no thread 1"),
        ("foo_t x;", "", "2:3: unknown type foo_t"),
        ("int short x;", "", "2:3: unknown type int short"),
        ("p=a[2]; int a[2];", "", "2:3: a[2] lies outside its array"),
        ("", "exists 5:rax=1", "5:8: there is no thread 5"),
        ("", "exists 0:zz=1", "5:8: zz is no register"),
        ("", "exists 0:ah=1", "5:8: ah is no register"),
        ("", "exists %a=1", "5:8: no thread uses the symbolic register %a"),
        ("int a[2];", "exists a[2]=1", "5:8: a[2] lies outside its array"),
        ("int a[2];", "exists a=1", "5:8: a is an array of 2 cells"),
        ("", "exists x={1}", "5:8: [x] is no array"),
        ("int a[2];", "exists x=a[2]", "5:8: a[2] lies outside its array"),
        ("", "locations [" + "".join(f"x{n};" for n in range(5000)) + "]", "2:2: more than 4096 locations"),
    ],
)
def test_errors(init: str, tail: str, error: str) -> None:
    assert error_of(text_of("nop", init=init, tail=tail)) == error


def test_what_a_test_tells_of_itself() -> None:
    text = 'X86_64 MP "Rfe"\nCycle=Rfe\n{ x=1; }\n P0 ;\n movl $1,(x) ;\nforall x=1\n'
    litmus = read_text(text, "some/MP.litmus")
    assert (litmus.name, litmus.arch, litmus.file, litmus.doc) == ("MP", "X86_64", "some/MP.litmus", "Rfe")
    assert litmus.info == {"Cycle": "Rfe"}
    assert litmus.condition == "forall ([x]=1)"
    condition = litmus.program.condition
    assert condition is not None
    assert condition.quantifier == "forall"
    (store,) = body(litmus)
    source = store.source
    assert (source.file, source.line, source.column, source.function, source.text) == (
        "some/MP.litmus",
        5,
        2,
        "P0",
        "movl $1,(x)",
    )


def test_a_load_that_overwrites_its_own_address() -> None:
    litmus = read(
        "movq (%rax),%rax; movl (%rax),%eax",
        init="int *p=x; x=7; 0:rax=p;",
        tail="locations [0:rax;] exists true",
    )
    assert states_of(litmus) == machine_states_of(litmus) == ["0:rax=7;"]
