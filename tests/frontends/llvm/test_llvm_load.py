"""Files: text and bitcode are read alike; what is none of them, or too much, is refused in one line."""

from __future__ import annotations

import multiprocessing
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.llvm import parse
from ordercheck.frontends.llvm.ir import Aggregate, Function, Int
from ordercheck.frontends.llvm.module import load
from ordercheck.frontends.llvm.parse import Limits
from tests.frontends.llvm.llvm_reader_helper import TEXTS, X86_64, parsed

SMALL = "define void @f() {\n  ret void\n}\n"


def wrapped(bitcode: bytes) -> bytes:
    """Bitcode in the wrapper that some systems put around it."""
    return struct.pack("<5I", 0x0B17C0DE, 0, 20, len(bitcode), 7) + bitcode


def shape(function: Function) -> object:
    return [(b.label, [i.text for i in b.instructions]) for b in function.blocks]


@pytest.mark.parametrize("name", TEXTS)
def test_text_and_bitcode_are_the_same(tmp_path: Path, name: str) -> None:
    bitcode = parsed(TEXTS[name]).as_bitcode()
    # names of files say nothing
    for file, data in (("a.bc", TEXTS[name].encode()), ("b.ll", bitcode), ("c.txt", wrapped(bitcode))):
        (tmp_path / file).write_bytes(data)
    text, plain, wrapper = (load(tmp_path / file) for file in ("a.bc", "b.ll", "c.txt"))
    assert list(text.functions) == list(plain.functions) == list(wrapper.functions)
    for function in text.functions:
        assert shape(text.functions[function]) == shape(plain.functions[function])
    assert {n: repr(g) for n, g in text.globals.items()} == {n: repr(g) for n, g in plain.globals.items()}


def test_places_are_told_for_text_alone(tmp_path: Path) -> None:
    (tmp_path / "a.ll").write_text(SMALL)
    (tmp_path / "b.bc").write_bytes(parsed(SMALL).as_bitcode())
    places = []
    for file in ("a.ll", "b.bc"):
        source = load(tmp_path / file).functions["f"].blocks[0].instructions[0].source
        places.append((source.file, source.line, source.column, source.function))
    assert places == [(str(tmp_path / "a.ll"), 2, 3, "f"), (str(tmp_path / "b.bc"), 0, 0, "f")]


# as clang 16 stores the address of a C++ class's table; in the string and in the comment the word stays
OLD = """@t = constant { [3 x ptr] } zeroinitializer ; inrange i32 0
@s = constant [13 x i8] c"inrange i32 0"
define void @f(ptr %p) {
  store ptr getelementptr inbounds ({ [3 x ptr] }, ptr @t, i64 0, inrange i32 0, i64 2), ptr %p, wrong
  ret void
}
"""


def test_text_of_llvm_18_is_read(tmp_path: Path) -> None:
    found = load(write(tmp_path / "a.ll", OLD.replace(", wrong", "")))
    [stored] = [i for i in found.functions["f"].blocks[0].instructions if i.op == "store"]
    assert "i64 0, i32 0, i64 2" in stored.text or "i64 16" in stored.text
    held = found.globals["s"].initializer
    assert isinstance(held, Aggregate)
    assert bytes(e.value for e in held.elements if isinstance(e, Int)) == b"inrange i32 0"
    assert refusal(tmp_path / "b.ll", OLD.encode()).startswith(
        f":4:{OLD.splitlines()[3].index('wrong') + 1}:"
    )


def test_what_is_no_longer_text_is_hinted_at(tmp_path: Path) -> None:
    text = "@a = global i32 0\ndefine i64 @f() {\n  ret i64 zext (i1 icmp eq (ptr @a, ptr null) to i64)\n}\n"
    assert refusal(tmp_path / "a.ll", text.encode()).endswith("its bitcode, -c -emit-llvm, is read)")


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path, data: bytes, limits: Limits = parse.LIMITS) -> str:
    """What is said of a file with that in it, one line, without its path."""
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load(path, limits)
    assert caught.value.file == str(path)
    assert "\n" not in caught.value.message
    return str(caught.value).removeprefix(str(path))


UNORDERED = SMALL.replace("  ret", "  %x = add i32 %y, 1\n  %y = add i32 %x, 1\n  ret")
EMPTY = ": error: the file is empty: expected LLVM IR, as text or bitcode"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", EMPTY),
        (b" \n\t", EMPTY),
        (b"; text\nno text \xff", ":2:9: error: not UTF-8: expected LLVM IR, as text or bitcode"),
        # LLVM's parser takes a text to end there
        (SMALL.encode() + b"; \0\n", ":4:3: error: a NUL byte: expected LLVM IR, as text or bitcode"),
        (b"\x7fELF\2\1\1\0", ":1:8: error: a NUL byte: expected LLVM IR, as text or bitcode"),
        (b"int main(void) { return 0; }", ":1:1: error: expected top-level entity"),
        (SMALL.encode() * 2, ":4:13: error: invalid redefinition of function 'f'"),
        (b"define void @f() {\n  ret i32\n}", ":3:1: error: expected value token"),
        (UNORDERED.encode(), ": error: LLVM cannot read this file: Instruction does not dominate all uses!"),
        (b"BC\xc0\xde", ": error: LLVM cannot read this file: Expected a single module"),
        (b"BC\xc0\xde" + b"\0" * 64, ": error: LLVM cannot read this file: Malformed block"),
        (b"\xde\xc0\x17\x0b" + b"\0" * 64, ": error: LLVM cannot read this file: "),
        (
            b'target triple = "aarch64-linux-gnu"',
            ": error: the module is for aarch64-linux-gnu: expected x86-64",
        ),
        (b'target datalayout = "E"', ": error: not modelled: big-endian memory"),
        (b'target datalayout = "e-p:32:32"', ": error: not modelled: pointers of 4 bytes"),
        (b'target datalayout = "e-i64:wide"', ":1:21: error: ABI alignment must be a 16-bit integer"),
    ],
)
def test_what_is_no_module(tmp_path: Path, data: bytes, said: str) -> None:
    assert refusal(tmp_path / "file.ll", data).startswith(said)


def test_what_is_no_file(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "absent.ll", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError, match=f"cannot read the file: {said}"):
            load(path)
    with pytest.raises(InputError, match="cannot read the file"):
        load(Path("a\0b.ll"))


def test_limits(tmp_path: Path) -> None:
    path, data = tmp_path / "file.ll", SMALL.encode()
    assert refusal(path, data, Limits(file=10)) == ": error: the file is larger than 10 bytes"
    assert refusal(path, data, Limits(text=10)) == ": error: the module's text is larger than 10 bytes"
    assert refusal(path, data, Limits(seconds=0.0)) == ": error: LLVM did not read this file within 0 seconds"
    assert load(path, Limits(file=len(data))).defined() == ["f"]


def test_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_printed", lambda data: str(bytearray(1 << 30)))
    said = refusal(tmp_path / "file.ll", SMALL.encode(), Limits(memory=1 << 20))
    assert said == ": error: LLVM cannot read this file: MemoryError"


def test_a_crash_of_llvm_is_an_error(tmp_path: Path) -> None:
    depth = 200_000
    deep = b"@x = global " + b"[1 x " * depth + b"i8" + b"]" * depth + b" zeroinitializer"
    said = refusal(tmp_path / "deep.ll", deep)
    assert said.startswith(": error: LLVM cannot read this file: it crashed (SIG")


def test_what_llvm_says_when_it_gives_up_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(data: bytes) -> str:
        os.write(2, b"LLVM ERROR: out of memory\nmore\n")
        os.abort()

    monkeypatch.setattr(parse, "_printed", gives_up)
    said = refusal(tmp_path / "file.ll", SMALL.encode())
    assert said == ": error: LLVM cannot read this file: out of memory: more"


def test_noise_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def noisy(data: bytes) -> str:
        for _ in range(100):
            os.write(2, b"noise\n" * 1000)
        return SMALL

    monkeypatch.setattr(parse, "_printed", noisy)
    (tmp_path / "file.ll").write_text(SMALL)
    assert load(tmp_path / "file.ll").defined() == ["f"]


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "file.ll").write_text(SMALL)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        load(tmp_path / "file.ll")
        refusal(tmp_path / "other.ll", b"nothing")
        refusal(tmp_path / "slow.ll", SMALL.encode(), Limits(seconds=0.0))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def _load(path: Path) -> None:
    sys.exit(load(path).defined() != ["f"])


def test_workers_can_load_too(tmp_path: Path) -> None:
    # processes of multiprocessing that end with their parent may have none of their own
    (tmp_path / "file.ll").write_text(SMALL)
    worker = multiprocessing.get_context("fork").Process(
        target=_load, args=(tmp_path / "file.ll",), daemon=True
    )
    worker.start()
    worker.join()
    assert worker.exitcode == 0


def test_the_binding_stays_out_of_this_process(tmp_path: Path) -> None:
    (tmp_path / "file.ll").write_text(f"{X86_64}\n{SMALL}")
    code = (
        "import pathlib, sys; from ordercheck.frontends.llvm.module import load; "
        "load(pathlib.Path(sys.argv[1])); sys.exit('llvmlite' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "file.ll")], check=True)
