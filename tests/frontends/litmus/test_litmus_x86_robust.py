"""Whatever a file holds: a test, or an error with its place; never anything else, and soon."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordercheck.errors import InputError
from ordercheck.frontends.litmus import read, read_text
from ordercheck.program import wellformed
from tests.frontends.litmus.litmus_helper import error_of

TESTS = (
    r"""X86_64 MP+all "doc"
Cycle=Rfe PodWW
(* a (* nested *) comment *)
{ x=1; int64_t y=-0x10; int a[3]={1,2,y}; 0:rax=x; uint32_t *p=&a; _Atomic int z; %tmp=3; }
 P0                     | P1                   ;
 movl $1,(%rax)         | L0: movq (p),%rbx    ;
 movntil %ecx,8(%rax)   | cmpl $1,4(%rbx)      ;
 lock; xaddl %edx,(x)   | jne L0               ;
 xchgq %r8,y(%rip)      | cmovlel (x),%edx     ;
 vmovntdq %ymm0,(v)     | movl %tmp,%r9d       ;
 sfence                 | movl (%rbx,%rdx,4),%esi ;
locations [x; a; 1:rsi; p;]
filter (x=1 \/ a[1]=2)
exists (1:rbx=x /\ ~(y=2 => [x]=[y]) \/ a={1,2,x} /\ 0:rdx!=3)
""",
    r"""X86 SB
{ x; 0:EBX=y; }
 P0          | P1 ;
 MOV [x],$1  | XCHG [y],EAX ;
 MFENCE      | LOCK INC [x] ;
 MOV EAX,[EBX] | MOV %r,(EAX) ;
forall (0:EAX=0 /\ (x=1 \/ x=2))
with tso: exists;
""",
)
WORDS: tuple[str, ...] = (
    *"(){}[];,*+-/%|~!<>=:'\"\\@#$\0\n .&é٠",
    *("/*", "*/", "(*", "*)", "\\/", "/\\", "=>", "!=", "exists", "forall", "filter", "locations", "final"),
    *("observed", "with", "not", "true", "P0", "P1", "P9", "0:", "lock", "lock;", "jmp", "jne", "L0:", "ret"),
    *(
        "movl",
        "movq",
        "xchg",
        "cmpxchgl",
        "xaddb",
        "shl",
        "imul",
        "adc",
        "set",
        "cmovne",
        "movzbl",
        "movntdq",
    ),
    *("%xmm0", "%rax", "%al", "%ah", "%rip", "%cs:", "%fs:", "%foo", "EAX", "[x]", "(x)", "(%rax,%rbx,8)"),
    *("x(%rip)", "0x", "0b1", "-1", "9" * 45, "0xffffffffffffffffffffff", "int", "int64_t", "a[3]={1,2,3}"),
    *("int128_t", "a[4096]", "X86", "X86_64", "C", "<<", "&x", "*x", "{1,2}", "Result: Never"),
)
# an error says no more than this of what it found
LONGEST = 300


def check(text: str) -> None:
    """Raises where it is neither a test nor an error with its place."""
    try:
        litmus = read_text(text, "t.litmus")
    except InputError as error:
        assert error.file == "t.litmus"
        assert error.line >= 1
        assert error.column >= 1
        assert "\n" not in str(error)
        assert len(str(error)) < LONGEST
        return
    wellformed.check(litmus.program)
    for value in (0, -1, 1 << 63):
        litmus.state(tuple(value for _ in litmus.shown))


def mutated(text: str, chance: random.Random) -> str:
    """The test with one piece cut, moved, repeated or put in."""
    at = chance.randrange(len(text) + 1)
    to = min(len(text), at + chance.randrange(40))
    other = chance.randrange(len(text) + 1)
    match chance.randrange(7):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + chance.choice(WORDS) + text[at:]
        case 2:
            return text[:at] + text[to:]
        case 3:
            return text[:other] + text[at:to] + text[other:]
        case 4:
            lines = text.split("\n")
            chance.shuffle(lines)
            return "\n".join(lines)
        case 5:
            return text[:at] + chance.choice(WORDS) * chance.choice((2, 60, 3000)) + text[at:]
        case _:
            data = bytearray(text.encode())
            for _ in range(3):
                if data:
                    data[chance.randrange(len(data))] = chance.randrange(256)
            return data.decode(errors="replace")


def mutations(count: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(TESTS)
        for _ in range(chance.choice((1, 1, 2, 4))):
            text = mutated(text, chance)
        try:
            check(text)
        except BaseException as error:
            error.add_note(repr(text[:3000]))
            raise


def test_the_tests_are_in_order() -> None:
    for text in TESTS:
        assert read_text(text).shown


def test_a_few_hundred_mutations() -> None:
    mutations(600, 7)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_a_hundred_thousand_mutations(seed: int) -> None:
    mutations(12_500, 100 + seed)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.sampled_from(("init", "code", "tail")))
def test_words_in_any_order(words: str, where: str) -> None:
    init, code, tail = (words if where == part else "" for part in ("init", "code", "tail"))
    check(f"X86_64 T\n{{ {init} }}\n P0 | P1 ;\n {code or 'nop | nop'} ;\n{tail}\n")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    check(data.decode(errors="replace"))
    check("X86_64 T\n{}\n P0 ;\n nop ;\n" + data.decode(errors="replace"))


HEAD = "X86_64 T\n{ x=1; }\nP0 | P1 ;\n movl $1,(x) | movl (x),%eax ;\n"
MANY = 200_000


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "exists x=1" + " " * MANY,
        HEAD.replace("movl $1,(x)", '"" ' * MANY) + "exists x=1",
        HEAD.replace("movl $1,(x)", '"exists"' * (MANY // 8)) + "exists x=1",
        HEAD.replace("movl $1,(x)", "(*" * MANY + "*)" * MANY) + "exists x=1",
        HEAD.replace("movl $1,(x)", "(*" * MANY) + "exists x=1",
        HEAD + "exists " + "/*" * MANY,
        HEAD.replace("movl $1,(x)", "L:" + " " * MANY + "(") + "exists x=1",
        HEAD.replace("movl $1,(x)", "".join(f"L{k}:" for k in range(MANY // 8))) + "exists x=1",
        HEAD + ";" * MANY,
        HEAD + "|" * MANY + ";",
        HEAD.replace("movl $1,(x)", "lock;" * MANY),
        HEAD.replace("movl $1,(x)", "movl $1,(" + "+1" * MANY + ")"),
        HEAD.replace("movl $1,(x)", "movl " + "(" * MANY),
        HEAD.replace("$1", "$" + "9" * MANY),
        "X86_64 T\n" + "{" * MANY,
        "X86_64 " + "T" * MANY,
        "X86_64 T\n" + "A\n" * MANY,
        "X86_64 T\n" + "A=\n" * MANY,
        HEAD + "exists " + "(" * MANY,
        HEAD + "exists " + "~" * MANY,
        HEAD + "exists " + "x=1 => " * (MANY // 8),
        HEAD + "exists " + "x=1 /\\ " * (MANY // 8),
        HEAD + "exists x=" + "9" * MANY,
        HEAD + "locations [" + "x;" * MANY + "] exists x=1",
        "X86_64 T\n{ " + "int a[4096];" * 100 + " }\n P0 ;\n nop ;\n",
        "\0" * MANY,
    ],
    ids=lambda text: repr(text[-60:]),
)
def test_much_of_one_thing_is_dealt_with_in_time(text: str) -> None:
    start = time.process_time()
    check(text)
    assert time.process_time() - start < 10


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read this litmus test: No such file") as caught:
        read(tmp_path / "none.litmus")
    assert caught.value.file == str(tmp_path / "none.litmus")
    with pytest.raises(InputError, match="cannot read this litmus test"):
        read(tmp_path)
    with pytest.raises(InputError, match="cannot read this litmus test"):
        read(Path("a\0b"))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "b.litmus"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="expected an architecture and a name"):
        read(path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "b.litmus"
    path.write_bytes(b" " * 3_000_000)
    with pytest.raises(InputError, match="more than 1048576 bytes"):
        read(path)


def test_the_line_of_windows() -> None:
    text = "X86_64 T\r\n{ x=1; }\r\n P0 ;\r\n frob ;\r\nexists x=1\r\n"
    assert error_of(text) == "4:2: the instruction frob is not modelled"
    assert read_text(text.replace("frob", "nop")).condition == "exists ([x]=1)"
