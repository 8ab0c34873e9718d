"""Damaged files: a module of which all can be read, or an error of one line; nothing else, and soon."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import llvmlite.binding  # noqa: F401  # children have it from here and need not import it each time
import pytest

from ordercheck.errors import GaveOut, InputError
from ordercheck.frontends.llvm.module import Module, load
from ordercheck.frontends.llvm.parse import Limits
from tests.frontends.llvm.llvm_reader_helper import FILE, TEXTS, constants, parsed, printed
from tests.frontends.llvm.test_llvm_debug import COMPILED

LIMITS = Limits(memory=2 << 30, seconds=20.0)
PIECES = (
    "%",
    "@",
    "!",
    "(",
    ")",
    "<",
    "{",
    "}",
    "[",
    ",",
    '"',
    ":",
    "=",
    "\n",
    ";",
    "\\",
    "c",
    "i0",
    "ptr ",
    "\n}\n",
)


@lru_cache
def texts() -> tuple[str, ...]:
    return (*(text for name, text in TEXTS.items() if name != "constants"), constants(5), COMPILED)


@lru_cache
def bitcodes() -> tuple[bytes, ...]:
    return tuple(parsed(text).as_bitcode() for text in texts())


@lru_cache
def canonical() -> tuple[str, ...]:
    return tuple(map(printed, texts()))


def everything(module: Module) -> None:
    """Reads all that there is in a module."""
    for table in (module.functions, module.globals, module.aliases):
        for name in table:
            one(table.__getitem__, name)
    for name in module.types:
        one(lambda name: module.layout.size(module.types[name]), name)
    for name in module.aliases:
        module.linkage(name)
    for name in module.defined():
        module.holds(name, ["fence", "!nontemporal"])


def one(read: Callable[[str], object], name: str) -> None:
    try:
        read(name)
    except (InputError, GaveOut) as error:
        assert "\n" not in str(error)


def read(path: Path) -> bool:
    """Whether there is a module in a file after all."""
    try:
        module = load(path, LIMITS)
    except InputError as error:
        assert error.file == str(path)
        assert "\n" not in str(error)
        assert len(error.message) < 400
        return False
    everything(module)
    return True


def damaged_text(text: str, chance: random.Random) -> str:
    """A text with something cut off, left out, doubled, moved or put in."""
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(6)
        if kind == 0:
            del lines[at : at + chance.randrange(1, 4)]
        elif kind == 1:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 2:
            lines.insert(at, lines[other])
        elif kind == 3:
            del lines[at + 1 :]
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
        else:
            line = lines[at]
            column = chance.randrange(len(line) + 1)
            put = chance.choice(PIECES) if kind == 4 else line[chance.randrange(len(line) + 1) :][:12]
            lines[at] = line[:column] + put + line[column + chance.randrange(3) :]
        lines = lines or [""]
    return "\n".join(lines)


def damaged_bytes(data: bytes, chance: random.Random) -> bytes:
    """Bytes with some bits turned over, or an end that is missing."""
    found = bytearray(data)
    if chance.randrange(8) == 0:
        return bytes(found[: 4 + chance.randrange(len(found) - 4)])
    for _ in range(chance.choice((1, 1, 2, 8))):
        # the first four bytes tell bitcode from text
        found[chance.randrange(4, len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def run(path: Path, seed: int, count: int) -> int:
    """Reads so many damaged files; how many of them are modules."""
    chance, found = random.Random(seed), 0
    for number in range(count):
        if number % 2:
            path.write_bytes(damaged_bytes(chance.choice(bitcodes()), chance))
        else:
            path.write_text(damaged_text(chance.choice(texts()), chance), encoding="utf-8")
        found += read(path)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files(tmp_path: Path, seed: int) -> None:
    # some of them must get through, else only LLVM's parser is tried here
    assert 0 < run(tmp_path / "file.ll", seed, 80) < 80


@pytest.mark.long
def test_many_damaged_files(tmp_path: Path) -> None:
    assert run(tmp_path / "file.ll", 1000, 20_000) > 1000


def printed_and_damaged(seed: int, count: int) -> int:
    """Reads what LLVM never printed as if it had; how many instructions are not understood."""
    chance, unreadable = random.Random(seed), 0
    for _ in range(count):
        text = damaged_text(chance.choice(canonical()), chance)
        try:
            module = Module(Path(FILE), text, text)
        except InputError as error:
            assert "\n" not in str(error)
            continue
        everything(module)
        unreadable += text_of_unreadable(module)
    return unreadable


def text_of_unreadable(module: Module) -> int:
    found = 0
    for name in module.defined():
        try:
            blocks = module.functions[name].blocks
        except InputError:
            continue
        found += sum(bool(i.text) for b in blocks for i in b.instructions if i.op == "unreadable")
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_llvm_never_prints(seed: int) -> None:
    assert printed_and_damaged(seed, 150) > 0


@pytest.mark.long
def test_much_that_llvm_never_prints() -> None:
    assert printed_and_damaged(1000, 20_000) > 1000


def test_whole_files_are_read(tmp_path: Path) -> None:
    for number, data in enumerate([*(t.encode() for t in texts()), *bitcodes()]):
        path = tmp_path / f"{number}.ll"
        path.write_bytes(data)
        assert read(path)
        assert text_of_unreadable(load(path)) == 0
