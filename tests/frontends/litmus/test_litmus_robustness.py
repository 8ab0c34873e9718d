"""Broken litmus tests, models, bell files, macros and configurations: an error with its place, or an answer.

Each text goes through its reader, and what is a test or a model after all is decided too, for
a short while. Nothing but InputError and GaveOut may come out, and neither time nor memory
may run away.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType

import pytest

from ordercheck.cat import Model, load, parse_text
from ordercheck.command import conf
from ordercheck.engines.axiomatic import decide
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.frontends.litmus import Litmus, read_text
from ordercheck.frontends.litmus.c.macros import parse
from ordercheck.program import wellformed
from ordercheck.shipped import memory_models
from tests.frontends.litmus.c.litmus_c_helper import KERNEL
from tests.frontends.litmus.litmus_mutations import BELL, C_TESTS, CAT, CONF, X86_TESTS, Mutator

CORPORA = Path(__file__).resolve().parents[3].parent / "shared" / "corpora"
# how long a broken test is decided, and how long a text may take in all, in seconds
DECIDED, LONGEST = 0.3, 10
# bytes that the process may have beyond what it has
MEMORY = 2 << 30
# characters of an error's text: it quotes no more than a piece of what it found
MESSAGE = 400
MODELS = {"X86": "x86-nt", "X86_64": "nt-contract", "C": "sc"}
SB = """X86_64 SB
{}
 P0          | P1             ;
 movl $1,(x) | lock incl (y)  ;
 mfence      | movl (x),%eax  ;
 movl (y),%eax | movnti %eax,(x) ;
exists (0:rax=0 /\\ 1:rax=0)
"""
Check = Callable[[str, Path], None]


@lru_cache
def model(name: str) -> Model:
    return load(memory_models()[name])


@lru_cache
def corpus(step: int) -> tuple[str, ...]:
    """Every step-th test of those that came with the project's task, where they are."""
    return tuple(path.read_text() for path in sorted(CORPORA.glob("*/tests/**/*.litmus"))[::step])


def placed(error: InputError, file: str) -> None:
    """Raises unless an error says where in the file something is wrong, in one line."""
    assert error.file == file
    assert error.line >= 1
    assert error.column >= 1
    assert "\n" not in str(error)
    assert len(error.message) < MESSAGE


def decided(litmus: Litmus, under: Model) -> None:
    """Decides a test for a while."""
    try:
        found = decide.states(litmus.program, under, Deadline(DECIDED), filter=litmus.filter)
    except GaveOut as reason:
        assert "\n" not in str(reason)
        return
    for state in found.states:
        litmus.state(state)


def check_test(text: str, folder: Path) -> None:
    macros = folder / "kernel.def"
    if not macros.exists():
        macros.write_text(KERNEL)
    try:
        litmus = read_text(text, "t.litmus", macros)
        wellformed.check(litmus.program)
        decided(litmus, model(MODELS[litmus.arch]))
    except InputError as error:
        placed(error, "t.litmus")


def check_cat(text: str, folder: Path) -> None:
    shipped = memory_models()["sc"].parent
    try:
        found = parse_text(text, "m.cat", [shipped])
        decided(read_text(SB), found)
    except InputError as error:
        placed(error, "m.cat")


def check_bell(text: str, folder: Path) -> None:
    bell = folder / "m.bell"
    bell.write_text(text, errors="surrogatepass")
    try:
        decided(read_text(SB), load(memory_models()["sc"], bell=bell))
    except InputError as error:
        placed(error, str(bell))


def check_macros(text: str, folder: Path) -> None:
    try:
        parse(text, "m.def")
    except InputError as error:
        placed(error, "m.def")


def check_conf(text: str, folder: Path) -> None:
    for name in ("some.def", "some.bell", "some.cat"):
        (folder / name).touch()
    file = folder / "m.cfg"
    file.write_text(text, errors="surrogatepass")
    try:
        conf.read(str(file))
    except InputError as error:
        placed(error, str(file))


@contextmanager
def bounded() -> Iterator[None]:
    """Memory beyond a limit is refused here, and time beyond a limit is an error."""

    def late(_: int, __: FrameType | None) -> None:
        raise AssertionError(f"took more than {LONGEST} s")

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, hard))
    before = signal.signal(signal.SIGALRM, late)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def mutations(check: Check, texts: Sequence[str], count: int, seed: int, folder: Path) -> None:
    """Checks so many mutants of the texts."""
    mutator = Mutator(seed)
    with bounded():
        for number in range(count):
            text = mutator.mutant(texts)
            signal.setitimer(signal.ITIMER_REAL, LONGEST)
            try:
                check(text, folder)
            except BaseException as error:
                error.add_note(f"seed {seed}, mutant {number}: {text[:3000]!r}")
                raise


def cat_texts() -> tuple[str, ...]:
    """The shipped models and one with the rest of the language."""
    return (*CAT, *(path.read_text() for path in sorted(memory_models()["sc"].parent.glob("*.cat"))))


KINDS: dict[str, tuple[Check, Callable[[], Sequence[str]]]] = {
    "x86": (check_test, lambda: X86_TESTS),
    "c": (check_test, lambda: C_TESTS),
    "both": (check_test, lambda: X86_TESTS + C_TESTS),
    "corpora": (check_test, lambda: corpus(7) or X86_TESTS),
    "cat": (check_cat, cat_texts),
    "bell": (check_bell, lambda: BELL),
    "macros": (check_macros, lambda: (KERNEL,)),
    "conf": (check_conf, lambda: CONF),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_texts_are_in_order(kind: str, tmp_path: Path) -> None:
    _, texts = KINDS[kind]
    macros = tmp_path / "kernel.def"
    macros.write_text(KERNEL)
    for text in texts():
        if kind in ("x86", "c"):
            assert read_text(text, "t", macros).shown
        elif kind == "cat":
            parse_text(text, "m.cat", [memory_models()["sc"].parent])
        elif kind == "macros":
            assert parse(text, "m.def").statements
        elif kind in ("bell", "conf"):
            path = tmp_path / "some.bell"
            path.write_text(BELL[0])
            load(memory_models()["sc"], bell=path)


@pytest.mark.parametrize("kind", KINDS)
def test_mutants(kind: str, tmp_path: Path) -> None:
    check, texts = KINDS[kind]
    mutations(check, texts(), 80, 1, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 7))
@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("x86", 5000),
        ("c", 4000),
        ("both", 2000),
        ("corpora", 4000),
        ("cat", 2500),
        ("bell", 1000),
        ("macros", 1200),
        ("conf", 500),
    ],
)
def test_a_hundred_thousand_mutants(kind: str, count: int, seed: int, tmp_path: Path) -> None:
    check, texts = KINDS[kind]
    mutations(check, texts(), count, seed, tmp_path)
