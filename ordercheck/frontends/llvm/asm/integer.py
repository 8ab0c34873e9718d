"""Arithmetic on general registers and memory (SDM vol. 2, the page of each)."""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.llvm.asm.access import Access
from ordercheck.frontends.llvm.asm.given import OddError
from ordercheck.frontends.llvm.asm.operands import Mem, Parsed
from ordercheck.frontends.llvm.asm.state import ANY
from ordercheck.frontends.llvm.asm.words import words

Handler = Callable[[Access, str, int], None]
"""Does an instruction: its name without suffix, and the operand size of the suffix (0: none)."""

_SHIFTS = tuple(words("shl sal shr sar rol ror rcl rcr"))

_ACCESSES = {
    **dict.fromkeys(words("add adc sub sbb and or xor adcx adox"), "rm"),
    **dict.fromkeys(words("cmp test"), "rr"),
    **dict.fromkeys(words("inc dec neg not bswap"), "m"),
    **dict.fromkeys(_SHIFTS, "m rm"),
    **dict.fromkeys(words("shld shrd"), "rm rrm"),
    **dict.fromkeys(words("bsf bsr popcnt tzcnt lzcnt lar lsl movbe blsr blsi blsmsk"), "rw"),
    **dict.fromkeys(words("andn bextr bzhi shlx shrx sarx pdep pext rorx"), "rrw"),
    "vmread": "rw",
    "vmwrite": "rr",
    **dict.fromkeys(words("mul div idiv"), "r r-"),
    "xadd": "mm",
    "imul": "r rm rrw",
    "mulx": "rww",
    "crc32": "rm",
    **dict.fromkeys(words("sldt str smsw rdfsbase rdgsbase rdpid rdrand rdseed rdsspq rdsspd"), "w"),
    **dict.fromkeys(words("verr verw lmsw wrfsbase wrgsbase"), "r"),
    **dict.fromkeys(words("nop bound"), " - --"),
    **dict.fromkeys(words("cbw cwde cdqe cbtw cwtl cltq cwd cdq cqo cwtd cltd cqto"), ""),
    **dict.fromkeys(words("lahf sahf"), ""),
    **dict.fromkeys(
        words("prefetcht0 prefetcht1 prefetcht2 prefetchnta prefetchw prefetchwt1 prefetch"), "-"
    ),
    "cldemote": "-",
    "enter": "--",
    "leave": "",
}
"""What is done with each operand, in AT&T order, for each number of operands: r read, w written, m read and
written, - neither."""

_WRITES = {
    **dict.fromkeys(words("mul div idiv"), ("rax", "rdx")),
    **dict.fromkeys(words("cbw cwde cdqe cbtw cwtl cltq lahf"), ("rax",)),
    **dict.fromkeys(words("cwd cdq cqo cwtd cltd cqto"), ("rdx",)),
    **dict.fromkeys(("enter", "leave"), ("rsp", "rbp")),
}
"""The registers that are written without being operands."""

_SIZES = {"verr": 2, "verw": 2, "lmsw": 2, "sldt": 2, "str": 2, "smsw": 2, "lar": 2, "lsl": 2}
"""Those that access memory in one size only."""


def general(access: Access, name: str, suffix: int) -> None:
    """An instruction of the table above."""
    operands = access.operands
    ways = {len(way): way for way in _ACCESSES[name].split(" ")}
    if len(operands) not in ways:
        raise OddError("a number of operands that is not understood")
    way = ways[len(operands)]
    uses_memory = any(isinstance(o, Mem) and do != "-" for o, do in zip(operands, way, strict=True))
    size = _SIZES.get(name, 0) if uses_memory else suffix
    if name == "crc32":
        size = suffix or access.width(operands[0])
    if uses_memory and not size:
        # the count of a shift has a size of its own
        size = suffix or (access.width(operands[-1]) if name in _SHIFTS else access.size(0))
        if not size:
            raise OddError("the operand size is not known")
    for operand, do in zip(operands, way, strict=True):
        _do(access, operand, do, size)
    for register in _WRITES.get(name, ()):
        access.state.forget(register)
    if name == "imul" and len(operands) == 1:
        access.state.forget("rax")
        access.state.forget("rdx")


GENERAL = frozenset(_ACCESSES)
"""The instructions of `general`."""


def _do(access: Access, operand: Parsed, do: str, size: int) -> None:
    if isinstance(operand, Mem):
        if do == "r":
            access.load(operand, size)
        elif do == "w":
            access.store(operand, size)
        elif do == "m":
            access.modify(operand, size, access.instruction.locked)
    elif do in "wm":
        access.put(operand, ANY, 8)
