"""Inline assembly at random: nothing raises, no store is lost, every way through the text is there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.frontends.llvm.asm.effects import (
    AsmCall,
    AsmChoice,
    AsmEffect,
    AsmFence,
    AsmJump,
    AsmRange,
    AsmRmw,
    AsmStop,
    AsmStore,
    AsmUnknown,
)
from tests.frontends.llvm.llvm_asm_helper import effects, flat
from tests.frontends.llvm.test_llvm_asm import FENCES, LOCKED, NT, PLAIN, RDI
from tests.frontends.llvm.test_llvm_asm_flow import NT_COPY, alternative, fault, static_key

CONSTRAINTS = "{di},{si},{ax},{cx},*m,!i"
TYPES = "ptr ptr i64 i64 ptr"
TEXTS = [
    *NT,
    *PLAIN,
    *LOCKED,
    *FENCES,
    NT_COPY,
    alternative("movntiq %rax, $4", "call ${0:P}", "rep movsb"),
    alternative(alternative("sfence", "lfence"), "jmp ${5:l}"),
    "1: movl %eax, $4\n2:" + fault("1b", "2b") + fault("1b", "${5:l}"),
    "1: jmp ${5:l}" + static_key("${5:l}"),
    '.section .fixup,"ax"\n3: sfence\njmp 2f\n.previous\njz 3b\n2:',
]
PIECES = [
    *("$", "$$", "${", "}", "$(", "$|", "$)", "%", "%%", "*", "(", ")", ",", ";", "\n", ":", "#", "/*", '"'),
    *("1:", "1b", "1f", "jnz 1b\n", "jmp ", "call ", ".byte ", "0x66", "0f", "lock ", "rep ", "$0", "${4:P}"),
    *('.pushsection .text,"ax"\n', ".popsection\n", ".previous\n", ".if 1\n", ".endif\n", ".macro x\n"),
    *("[rdi]", "{%k1}", "%gs:", "(,,)", "0x" + "f" * 60, "((((((", "+-*/<<>>~", "'", "ptr ", "\x00", "\x01"),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = "\n".join(draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(text)))
        until = min(len(text), at + draw(st.integers(0, 12)))
        text = text[:at] + draw(st.sampled_from(PIECES) | st.just("")) + text[until:]
    return text


@settings(derandomize=True, max_examples=400, deadline=None)
@given(mutated(), st.booleans())
def test_nothing_raises(text: str, intel: bool) -> None:
    started = time.monotonic()
    found = effects(text, CONSTRAINTS, TYPES, "void", "4:i64", 1, intel)
    assert isinstance(found.effects, tuple)
    assert time.monotonic() - started < 5


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet="=*&~!{}[]()@^,:rmixqacdSDI0123456789 \x01\n", max_size=30))
def test_constraints_raise_nothing(constraints: str) -> None:
    effects("movl $1, $0; movntiq $2, ($3)", constraints, "ptr i32 i64", "i64 ptr", "0:i32", 1)


def test_long_texts_end_in_time() -> None:
    started = time.monotonic()
    more = ("movl %eax, (%rdi)", "{k}", "(" * 50, ".byte 0x66", "a+", "1b-1b+", "$$1,")
    for piece in (*PIECES, *more):
        for end in ("", "x", ")", "\n"):
            effects(piece * (12_000 // len(piece)) + end, *RDI)
    assert time.monotonic() - started < 60


STORES = ("ntstore", "store", "rmw", "lock", "writes", "ntwrites")
WRITING = [
    text
    for text, words in (NT | PLAIN | LOCKED).items()
    if words and all(word.split()[0] in STORES for word in words)
]
STATEMENTS = [t for t in (NT | PLAIN | LOCKED | FENCES) if t not in WRITING]


def writes(effect: AsmEffect) -> bool:
    """Whether it stands for a store."""
    if isinstance(effect, AsmRange):
        return effect.stores
    return isinstance(effect, AsmStore | AsmRmw | AsmUnknown | AsmCall)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WRITING) | st.sampled_from(STATEMENTS), max_size=12))
def test_every_store_is_there(texts: list[str]) -> None:
    found = effects("\n".join(texts), *RDI).effects
    stores = sum(writes(effect) for effect in flat(found))
    assert stores >= sum(text in WRITING for text in texts)
    # what comes between does not change in which order they come
    fences = [effect.tag for effect in flat(found) if isinstance(effect, AsmFence)]
    expected = [w for t in texts for w in (FENCES | LOCKED).get(t, []) if w.split()[0] in TAGS]
    assert [tag for tag in fences if tag in TAGS] == expected


TAGS = ("SFENCE", "LFENCE", "MFENCE", "ClFlush", "ClFlushOpt", "ClWb")

# ways through the text

MARKS = {"sfence": "SFENCE", "lfence": "LFENCE", "mfence": "MFENCE", "clwb (%rdi)": "ClWb"}


@st.composite
def code(draw: st.DrawFn, backwards: bool) -> list[str]:
    """Lines with labels before them, some of which jump."""
    size = draw(st.integers(1, 7))
    lines: list[str] = []
    for number in range(size):
        kind = draw(st.sampled_from(["mark", "mark", "jump", "branch", "branch"]))
        target = draw(st.integers(0 if backwards else number + 1, size))
        if kind == "mark":
            lines.append(draw(st.sampled_from(sorted(MARKS))))
        else:
            lines.append(f"{'jmp' if kind == 'jump' else 'jz'} .L{target}")
    return lines


def traces(lines: Sequence[str], most: int) -> set[tuple[str, ...]]:
    """What is executed on each way that takes at most so many steps backwards."""
    found: set[tuple[str, ...]] = set()
    work: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
    seen: set[tuple[int, int, tuple[str, ...]]] = set()
    while work:
        at, back, trace = work.pop()
        if (at, back, trace) in seen or back > most:
            continue
        seen.add((at, back, trace))
        if at == len(lines):
            found.add(trace)
            continue
        line = lines[at]
        if line in MARKS:
            work.append((at + 1, back, (*trace, MARKS[line])))
            continue
        target = int(line.split(".L")[1])
        work.append((target, back + (target <= at), trace))
        if line.startswith("jz"):
            work.append((at + 1, back, trace))
    return found


def ways(found: Sequence[AsmEffect]) -> Iterator[tuple[str, ...]]:
    """The fences on each way through effects."""
    if not found:
        yield ()
        return
    first, rest = found[0], found[1:]
    if isinstance(first, AsmStop):
        return
    starts: list[tuple[str, ...]] = [()]
    if isinstance(first, AsmFence):
        starts = [(first.tag,)]
    elif isinstance(first, AsmChoice):
        starts = sorted({start for way in first.ways for start in ways(way)})
    for end in set(ways(rest)):
        for start in starts:
            yield (*start, *end)


def text_of(lines: Sequence[str]) -> str:
    return "\n".join(f".L{n}: {line}" for n, line in enumerate(lines)) + f"\n.L{len(lines)}:"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(code(backwards=False))
def test_all_ways_and_no_others(lines: list[str]) -> None:
    found = effects(text_of(lines), *RDI).effects
    assert set(ways(found)) == traces(lines, 0)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(code(backwards=True))
def test_two_rounds_of_every_loop(lines: list[str]) -> None:
    found = effects(text_of(lines), *RDI).effects
    if any(isinstance(effect, AsmUnknown) for effect in flat(found)):
        return
    assert not any(isinstance(effect, AsmJump) for effect in flat(found))
    assert traces(lines, 2) <= set(ways(found))
