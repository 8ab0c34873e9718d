"""Inline assembly against real tools: what an assembler and a disassembler say of the same instructions."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from ordercheck.frontends.llvm.asm.effects import (
    AsmCall,
    AsmEffect,
    AsmFence,
    AsmLoad,
    AsmRange,
    AsmRmw,
    AsmStore,
    AsmUnknown,
)
from tests.frontends.llvm.llvm_asm_helper import effects, flat, said
from tests.frontends.llvm.test_llvm_asm import FENCES, LOCKED, NT, PLAIN, RDI

SECONDS = 60
SIZES = {"BYTE": 1, "WORD": 2, "DWORD": 4, "QWORD": 8, "TBYTE": 10, "FWORD": 6, "OWORD": 16, "XMMWORD": 16}
SIZES |= {"YMMWORD": 32, "ZMMWORD": 64}
MORE = """
movnti %ecx, 4(%rdi)
movnti %r11, (%rdi,%rsi,2)
movntdq %xmm9, (%r8)
vmovntpd %xmm1, (%rdi)
vmovntpd %ymm1, (%rdi)
vmovntpd %zmm1, (%rdi)
vmovntps %ymm1, (%rdi)
vmovntdq %zmm31, (%rdi)
movntdqa (%rdi), %xmm1
vmovntdqa (%rdi), %ymm1
maskmovq %mm1, %mm2
movdiri %ecx, (%rdi)
movdir64b (%rdi), %rcx
adcl $1, (%rdi)
sbbq %rax, (%rdi)
andw $1, (%rdi)
xorb %cl, (%rdi)
orq (%rdi), %rax
notl (%rdi)
rorw (%rdi)
sarq %cl, (%rdi)
shrd $3, %rax, (%rdi)
imulq $3, (%rdi), %rax
divl (%rdi)
lock btcl $4, (%rdi)
lock subq %rax, (%rdi)
lock negb (%rdi)
lock cmpxchg8b (%rdi)
xchgw %ax, (%rdi)
movzwl (%rdi), %eax
movsbq (%rdi), %rax
cmovnel (%rdi), %eax
bsrq (%rdi), %rax
setnz (%rdi)
rep stosl
rep movsq
movsw
lodsq
repe cmpsb
pushq 8(%rdi)
popw (%rdi)
movups %xmm1, (%rdi)
vmovapd %ymm1, (%rdi)
vmovdqu8 (%rdi), %zmm1
movd %xmm1, (%rdi)
movq %xmm1, (%rdi)
movlpd %xmm1, (%rdi)
vmovhps (%rdi), %xmm1, %xmm2
pextrb $1, %xmm1, (%rdi)
vpextrq $1, %xmm1, (%rdi)
vextractf128 $1, %ymm1, (%rdi)
vextracti64x4 $1, %zmm1, (%rdi)
kmovq %k1, (%rdi)
kmovw (%rdi), %k1
paddq (%rdi), %xmm1
vpxorq (%rdi), %zmm1, %zmm2
addsd (%rdi), %xmm1
mulss (%rdi), %xmm1
cvtsi2sdq (%rdi), %xmm1
vfmadd213ps (%rdi), %ymm1, %ymm2
fldl (%rdi)
fstps (%rdi)
fistpll (%rdi)
sidt (%rdi)
stmxcsr (%rdi)
cmpxchg16b (%rdi)
""".strip().splitlines()


def _single() -> list[str]:
    """The instructions of the other tests that stand alone."""
    texts = [*NT, *PLAIN, *LOCKED, *FENCES]
    parts = [part.strip() for text in texts for part in re.split(r";\s*(?!movs|stos|decl|clfl|xsave)", text)]
    plain = [p.replace("$$", "$") for p in parts if p and not p.startswith((".byte", "lock", "rep", "xacq"))]
    return [*dict.fromkeys(plain), *MORE]


LINES = [line for line in _single() if not re.search(r"table|count|helper", line)]


def _run(command: Sequence[str], text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes, str]]:
    """Each line with its bytes and with its text in Intel syntax."""
    if not (shutil.which("as") and shutil.which("objdump")):
        pytest.skip("no assembler")
    folder: Path = tmp_path_factory.mktemp("asm")
    made = folder / "t.o"
    _run(["as", "--64", "-o", str(made)], "\n".join(LINES) + "\n")
    dump = _run(["objdump", "-d", "-w", "-M", "intel", str(made)])
    found = re.findall(r"^\s*[0-9a-f]+:\t((?:[0-9a-f]{2} )+)\s*\t(.*)$", dump, re.MULTILINE)
    assert len(found) == len(LINES)
    return [
        (line, bytes.fromhex(data), text.split("#")[0].strip())
        for line, (data, text) in zip(LINES, found, strict=True)
    ]


def _of(line: str, intel: bool = False) -> list[AsmEffect]:
    return list(flat(effects(line.replace("$", "$$"), *RDI, intel=intel).effects))


def test_sizes(listing: list[tuple[str, bytes, str]]) -> None:
    checked = 0
    for line, _, intel in listing:
        sizes = {SIZES[word] for word in re.findall(r"(\w+) PTR", intel)}
        stored = {e.size for e in _of(line) if isinstance(e, AsmStore | AsmRmw)}
        loaded = {e.size for e in _of(line) if isinstance(e, AsmLoad)}
        assert stored <= sizes or not sizes, f"{line}: {intel}"
        assert not loaded or not sizes or max(loaded) >= max(sizes), f"{line}: {intel}"
        checked += bool(sizes and (stored or loaded))
    assert checked > 80


def test_both_syntaxes_say_the_same(listing: list[tuple[str, bytes, str]]) -> None:
    for line, _, intel in listing:
        assert said(_of(intel, True)) == said(_of(line)), f"{line}: {intel}"


def test_bytes_say_the_same(listing: list[tuple[str, bytes, str]]) -> None:
    understood = 0
    for line, data, _ in listing:
        found = _of(".byte " + ", ".join(f"0x{byte:02x}" for byte in data))
        if any(isinstance(effect, AsmUnknown) for effect in found):
            continue
        understood += 1
        assert said(found) == said(_of(line)), line
    assert understood > 25


def test_what_may_store_stores() -> None:
    tool = next((t for t in ("llvm-mca", *(f"llvm-mca-{n}" for n in range(14, 30))) if shutil.which(t)), None)
    if tool is None:
        pytest.skip("no llvm-mca")
    regions = "".join(f"# LLVM-MCA-BEGIN r{n}\n{x}\n# LLVM-MCA-END\n" for n, x in enumerate(LINES))
    text = _run(
        [tool, "-mtriple=x86_64", "-mcpu=icelake-server", "-instruction-tables", *_lenient(tool)], regions
    )
    facts: dict[str, tuple[bool, bool]] = {}
    for part in re.split(r"^\[\d+\] Code Region - r", text, flags=re.MULTILINE)[1:]:
        row = re.search(r"^\[1\]    \[2\].*\n(.*)", part, re.MULTILINE)
        if row is not None:
            line = LINES[int(part.split()[0])]
            facts[line] = ("*" in row[1][20:27], "*" in row[1][27:34])
    assert len(facts) > 100
    for line, (_, stores) in facts.items():
        found = _of(line)
        if stores and "(" in line and not line.startswith(NO_STORES) and "rsp" not in line:
            assert any(_stores(effect) for effect in found), line


NO_STORES = ("prefetch", "clflush", "clwb", "ldmxcsr", "fxrstor", "push", "nop", "invlpg", "lgdt")
"""What LLVM calls a store for want of another word: hints, flushes, changes of the processor's state."""


def _lenient(tool: str) -> list[str]:
    return ["--skip-unsupported-instructions=any"] if "skip-unsupported" in _run([tool, "--help"]) else []


def _stores(effect: AsmEffect) -> bool:
    kinds = (AsmStore, AsmRmw, AsmUnknown, AsmCall, AsmFence)
    return isinstance(effect, kinds) or (isinstance(effect, AsmRange) and effect.stores)
