"""Inline assembly: what single instructions do, in both syntaxes."""

from __future__ import annotations

import pytest

from ordercheck.frontends.llvm.asm.effects import Anything, Input, Number, Register
from tests.frontends.llvm.llvm_asm_helper import does, effects

RDI = ("{di},{si},{ax},{cx}", "ptr ptr i64 i64")
"""Four values in registers: two pointers, two numbers."""


NT = {
    "movnti %rax, (%rdi)": ["ntstore 8 [$0] = $2"],
    "movnti %eax, (%rdi)": ["ntstore 4 [$0] = $2"],
    "movntiq %rax, 8(%rdi)": ["ntstore 8 [$0+8] = $2"],
    "movntil %eax, -4(%rdi,%rcx,8)": ["ntstore 4 [$0+$3*8+-4] = $2"],
    "movntdq %xmm3, (%rdi)": ["ntstore 16 [$0] = ?"],
    "movntps %xmm3, (%rdi)": ["ntstore 16 [$0] = ?"],
    "movntpd %xmm3, (%rdi)": ["ntstore 16 [$0] = ?"],
    "movntq %mm2, (%rdi)": ["ntstore 8 [$0] = ?"],
    "movntsd %xmm3, (%rdi)": ["ntstore 8 [$0] = ?"],
    "movntss %xmm3, (%rdi)": ["ntstore 4 [$0] = ?"],
    "vmovntdq %xmm3, (%rdi)": ["ntstore 16 [$0] = ?"],
    "vmovntdq %ymm3, (%rdi)": ["ntstore 32 [$0] = ?"],
    "vmovntps %zmm13, 64(%rdi)": ["ntstore 64 [$0+64] = ?"],
    "maskmovdqu %xmm1, %xmm2": ["ntwrites [$0]"],
    "movdiri %rax, (%rdi)": ["ntstore 8 [$0] = $2"],
    "movdiril %eax, (%rdi)": ["ntstore 4 [$0] = $2"],
    "movdir64b (%rsi), %rdi": ["load 64 [$1]", "ntstore 64 [$0] = ?"],
    "enqcmd (%rsi), %rdi": ["load 64 [$1]", "call enqcmd"],
    "enqcmds (%rsi), %rdi": ["load 64 [$1]", "call enqcmd"],
    ".byte 0xf2, 0x0f, 0x38, 0xf8, 0x3e": ["load 64 [$1]", "call enqcmd"],
    "clzero": ["ntwrites [$2]"],
    "movntdqa (%rsi), %xmm1; movntdq %xmm1, (%rdi)": ["load 16 [$1] -> xmm1", "ntstore 16 [$0] = xmm1"],
    ".byte 0x66, 0x0f, 0x38, 0xf8, 0x3e": ["load 64 [$1]", "ntstore 64 [$0] = ?"],
    ".byte 0x40, 0x0f, 0x38, 0xf9, 0x07": ["ntstore 4 [$0] = $2"],
    ".byte 0x48, 0x0f, 0xc3, 0x47, 0x10": ["ntstore 8 [$0+16] = $2"],
}

PLAIN = {
    "": [],
    "movq %rax, (%rdi)": ["store 8 [$0] = $2"],
    "movl $$7, 12(%rdi)": ["store 4 [$0+12] = 7"],
    "movb $$-1, (%rdi)": ["store 1 [$0] = 255"],
    "movw %ax, (%rdi)": ["store 2 [$0] = $2"],
    "mov %ah, (%rdi)": ["store 1 [$0] = ?"],
    "movl (%rsi), %edx; movl %edx, (%rdi)": ["load 4 [$1] -> rdx", "store 4 [$0] = rdx"],
    "movq (%rsi), %rdx; movl %edx, (%rdi)": ["load 8 [$1] -> rdx", "store 4 [$0] = ?"],
    "movl (%rsi), %edx; movq %rdx, (%rdi)": ["load 4 [$1] -> rdx", "store 8 [$0] = ?"],
    "movzbl (%rsi), %edx; movb %dl, (%rdi)": ["load 1 [$1] -> rdx", "store 1 [$0] = rdx"],
    "movslq (%rsi), %rdx": ["load 4 [$1] -> rdx"],
    "movsb (%rsi), %edx": ["load 1 [$1] -> rdx"],
    "movq (%rsi), %r8; movq %r8, %r9; xorl %r8d, %r8d; movq %r9, (%rdi)": [
        "load 8 [$1] -> r8",
        "r9 = r8",
        "store 8 [$0] = r9",
    ],
    "movdqa (%rsi), %xmm0; movups %xmm0, (%rdi)": ["load 16 [$1] -> xmm0", "store 16 [$0] = xmm0"],
    "vmovdqu64 (%rsi), %zmm0; vmovdqu64 %zmm0, (%rdi)": ["load 64 [$1] -> xmm0", "store 64 [$0] = xmm0"],
    "vmovdqu64 %zmm0, (%rdi){%k1}": ["writes [$0]"],
    "movq %xmm0, (%rdi); movd %xmm0, (%rdi)": ["store 8 [$0] = ?", "store 4 [$0] = ?"],
    "movhps (%rsi), %xmm0; movlps %xmm0, (%rdi)": ["load 8 [$1]", "store 8 [$0] = ?"],
    "movsd (%rsi), %xmm0; movss %xmm0, (%rdi)": ["load 8 [$1] -> xmm0", "store 4 [$0] = ?"],
    "pxor (%rsi), %xmm0; vpaddb (%rsi), %ymm0, %ymm1": ["load 16 [$1]", "load 32 [$1]"],
    "pextrw $$3, %xmm0, (%rdi); vextracti128 $$1, %ymm0, (%rdi)": ["store 2 [$0] = ?", "store 16 [$0] = ?"],
    "addq %rax, (%rdi)": ["rmw 8 [$0]"],
    "incl (%rdi); negq (%rdi); shlb (%rdi); shll %cl, (%rdi)": [
        "rmw 4 [$0]",
        "rmw 8 [$0]",
        "rmw 1 [$0]",
        "rmw 4 [$0]",
    ],
    "addq (%rdi), %rax; cmpl $$1, (%rsi); testb %al, (%rsi)": ["load 8 [$0]", "load 4 [$1]", "load 1 [$1]"],
    "xadd %rax, (%rdi)": ["rmw 8 [$0]"],
    "cmpxchgw %ax, (%rdi)": ["rmw 2 [$0]?"],
    "btsq $$70, (%rdi); btl $$3, (%rdi)": ["rmw 8 [$0]", "load 4 [$0]"],
    "btsq %rax, (%rdi); btl %eax, (%rdi)": ["rmw 8 [$0+bit $2 of 64]", "load 4 [$0+bit $2 of 32]"],
    "movl $$200, %eax; btcl %eax, 4(%rdi)": ["rmw 4 [$0+28]"],
    "setc (%rdi); sete %al; cmovzq (%rsi), %rax": ["store 1 [$0] = ?", "load 8 [$1]"],
    "movbe (%rsi), %eax; movbe %eax, (%rdi)": ["load 4 [$1]", "store 4 [$0] = ?"],
    "bsfq %rax, %rcx; popcnt (%rsi), %rcx; divq 8(%rsi)": ["load 8 [$1]", "load 8 [$1+8]"],
    "rep; movsb": ["reads [$1]", "writes [$0]"],
    "cld; rep stosq; movb $$0, (%rdi)": ["writes [$0]", "store 1 [$0+?] = 0"],
    "movsq; lodsb; repne scasb": ["load 8 [$1]", "store 8 [$0] = ?", "load 1 [$1+?]", "reads [$0]"],
    "pushq (%rsi); popq (%rdi); pushfq; popq %rax": ["load 8 [$1]", "store 8 [$0] = ?"],
    "lea 8(%rdi,%rcx), %rdx; movl $$1, (%rdx)": ["store 4 [$0+?] = 1"],
    "leaq 24(%rdi), %rdx; subq $$16, %rdx; movl $$1, -8(%rdx)": ["store 4 [$0] = 1"],
    "and $$-64, %rdi; movl $$1, (%rdi)": ["store 4 [$0+?] = 1"],
    "movl %edi, %edx; movl $$1, (%rdx)": ["store 4 [?] = 1"],
    "movl table(,%rcx,4), %eax; movl %eax, count+4(%rip)": [
        "load 4 [table+$3*4] -> rax",
        "store 4 [count+4] = rax",
    ],
    "movq %gs:(%rdi), %rax; movb $$1, %fs:16": ["load 8 [gs:$0] -> rax", "store 1 [fs:16] = 1"],
    "movl %eax, -8(%rsp); movl %eax, 8(%rsp)": ["store 4 [rsp+8] = $2"],
    "subq $$16, %rsp; movq %rax, 8(%rsp); addq $$16, %rsp": [],
    "prefetchnta 64(%rdi); prefetchw (%rdi); nopw 6(%rdi); pause; rep; nop; endbr64; ud2": [],
    "stmxcsr (%rdi); ldmxcsr (%rsi); fnstcw 4(%rdi)": [
        "store 4 [$0] = ?",
        "load 4 [$1]",
        "store 2 [$0+4] = ?",
    ],
    "xsave (%rdi); xsaveopt (%rdi); fxrstor (%rsi)": ["writes [$0]", "writes [$0]", "reads [$1]"],
    "cli; sti; rdtsc; rdmsr; wrmsr; swapgs; stac; clac; rdpkru; hlt": [],
    ".byte 0x0f, 0x01, 0xcb; .byte 0x0f,0x0b; .byte 0x0f,0x1f,0x44,0x00,0x00; .byte 0xf3,0x90": [],
    "syscall": ["call syscall"],
}

LOCKED = {
    "lock; addl %eax, (%rdi)": ["lock 4 [$0]"],
    "lock incq (%rdi)": ["lock 8 [$0]"],
    "lock/cmpxchgq %rcx, (%rdi)": ["lock 8 [$0]?"],
    "lock; cmpxchg16b (%rdi)": ["lock 16 [$0]?"],
    "lock\n xaddb %al, (%rdi)": ["lock 1 [$0]"],
    "xchgl %eax, (%rdi)": ["lock 4 [$0]"],
    "xchg (%rdi), %rax": ["lock 8 [$0]"],
    "xchg %rax, %rcx; movq %rcx, (%rdi)": ["store 8 [$0] = $2"],
    "lock btsq %rax, (%rdi)": ["lock 8 [$0+bit $2 of 64]"],
    ".byte 0xf0; decl (%rdi)": ["lock 4 [$0]"],
    "xacquire lock orb $$1, (%rdi)": ["lock 1 [$0]"],
    "lock; addl $$0, -4(%rsp)": ["MFENCE"],
    "lock; orq $$0, (%rsp)": ["MFENCE"],
    "lock; incl -8(%rsp)": ["MFENCE"],
    "lock; addl $$1, (%rsp)": ["lock 4 [rsp]"],
}

FENCES = {
    "sfence": ["SFENCE"],
    "mfence; lfence": ["MFENCE", "LFENCE"],
    "clflush (%rdi); clflushopt (%rdi); clwb 64(%rdi)": ["ClFlush", "ClFlushOpt", "ClWb"],
    ".byte 0x3e; clflush (%rdi)": ["ClFlush"],
    ".byte 0x66; clflush (%rdi)": ["ClFlushOpt"],
    ".byte 0x66; xsaveopt (%rdi)": ["ClWb"],
    ".byte 0x66, 0x0f, 0xae, 0x3f": ["ClFlushOpt"],
    ".byte 0x66, 0x0f, 0xae, 0x37": ["ClWb"],
    ".byte 0x0f, 0xae, 0xf8": ["SFENCE"],
    "cpuid; serialize; wbinvd": ["MFENCE"] * 3,
    "invlpg (%rdi); lgdt (%rsi)": ["MFENCE", "MFENCE", "load 10 [$1]"],
    "movq %rax, %cr3; movq %rax, %dr7": ["MFENCE", "MFENCE"],
    "movq %rax, %cr8; movq %cr2, %rax": [],
    "inb %dx, %al; outl %eax, %dx": ["MFENCE", "MFENCE"],
    "rep insw": ["MFENCE", "writes [$0]"],
}

ODD = (
    "frobnicate %rax",
    "vpscatterdd %zmm1, (%rdi,%zmm2,4){%k1}",
    "lock; sfence",
    "lock movl %eax, (%rdi)",
    "movl $$1, (%rdi",
    "movl $$1, 3(%rdi)(%rsi)",
    "movl %nothing, (%rdi)",
    "movnti %rax, %rcx",
    "mov $$1, (%rdi)",
    "add (%rdi), (%rsi)",
    "paddb %xmm1, (%rdi)",
    "ret",
    "jmp elsewhere",
    "jmp *%rax",
    "jmp 1f",
    ".long 0x90909090",
    ".byte 0x0f, 0xff",
    ".byte later",
    "lock",
    "movl $$1, ${9}",
    ".if 1; sfence; .endif",
    ".rept 2; movl $$1, (%rdi); .endr",
    '.pushsection .text.other, "ax"; nop',
    ".popsection",
    ".macro store; movl $$1, (%rdi)",
    "{store}",
    "\x01",
)


@pytest.mark.parametrize("text", [*NT, *PLAIN, *LOCKED, *FENCES])
def test_does(text: str) -> None:
    expected = (NT | PLAIN | LOCKED | FENCES)[text]
    assert does(text, *RDI) == expected


@pytest.mark.parametrize("text", ODD)
def test_odd(text: str) -> None:
    assert any(word.startswith("unknown: ") for word in does(text, *RDI))


def test_an_unknown_instruction_keeps_its_place() -> None:
    found = does("movl %eax, (%rdi); frobnicate; sfence; movnti %rax, (%rdi)", *RDI)
    assert found == [
        "store 4 [$0] = $2",
        "unknown: an instruction that is not modelled",
        "SFENCE",
        "ntstore 8 [?] = ?",
    ]


OPERANDS = [
    # text, constraints, types, result, elements, expected
    ("movntil $1, $0", "=*m,r", "ptr i32", "void", "0:i32", ["ntstore 4 [$0] = $1"]),
    ("movnti $1, $0", "=*m,r", "ptr i64", "void", "0:i64", ["ntstore 8 [$0] = $1"]),
    ("movnti ${1:k}, $0", "=*m,r", "ptr i64", "void", "0:i64", ["ntstore 4 [$0] = $1"]),
    ("mov $1, $0", "=*m,ir", "ptr i16", "void", "0:i16", ["store 2 [$0] = $1"]),
    ("mov${1:z} $1, ${0:H}", "=*m,r", "ptr i32", "void", "0:i32", ["store 4 [$0+8] = $1"]),
    ("incq %gs:$0", "=*m,*m", "ptr ptr", "void", "0:i64 1:i64", ["rmw 8 [gs:$0]"]),
    ("inc $0", "=*m,*m", "ptr ptr", "void", "0:i32 1:i32", None),
    ("addl $1, 4+$0", "=*m,ri,*m", "ptr i32 ptr", "void", "0:i32", ["rmw 4 [$0+4]"]),
    ("movq %gs:${1:P}, $0", "=r,p", "ptr", "i64", "", ["load 8 [gs:$0] -> $0"]),
    ("testb $0, ${1:P} (% rip)", "i,i", "i32 ptr", "void", "", ["load 1 [$1]"]),
    ("btq $2, $1", "={@ccc},*m,Ir", "ptr i64", "i8", "0:i64", ["load 8 [$0+bit $1 of 64]"]),
    ("btsl $1, $0", "=*m,I", "ptr i32", "void", "0:i32", ["rmw 4 [$0]"]),
    ("btsl $1, $0", "=*m,ir", "ptr i32", "void", "0:i32", ["rmw 4 [$0+?]"]),
    ("xchgl $0, $1", "=r,=*m,0,*m", "ptr i32 ptr", "i32", "0:i32", ["lock 4 [$0]"]),
    ("lock; cmpxchgq $3, $1", "={@ccz},=*m,={ax},r,*m,2", "ptr i64 ptr i64", "i8 i64", "", ["lock 8 [$0]?"]),
    ("bsr $1, $0", "=r,rm", "i64", "i64", "", []),
    ("pop $0", "=*rm", "ptr", "void", "0:i64", ["store 8 [$0] = ?", "store 8 [$0] = ?"]),
    ("movl $$$0, $1", "i,*m", "i32 ptr", "void", "1:i32", None),
    ("movl $$${0:c}, $1", "i,*m", "i32 ptr", "void", "1:i32", ["store 4 [$1] = $0"]),
    ("movl $1, ${0:c}($2)", "i,r,r", "i32 i32 ptr", "void", "", ["store 4 [$2+$0] = $1"]),
    ("movl $1, (${0:q})", "r,r", "i32 i32", "void", "", ["store 4 [?] = $1"]),
    ("call ${0:P}", "i", "ptr", "void", "", ["call $0"]),
    ("call *$0", "*m", "ptr", "void", "0:ptr", ["load 8 [$0]", "call"]),
    ("call *${0}", "r", "ptr", "void", "", ["call $0"]),
    ("call __x86_indirect_thunk_${0:V}", "r", "ptr", "void", "", ["call $0"]),
    ("call __SCT__might_sleep", "", "", "void", "", ["call __SCT__might_sleep"]),
    ("call __get_user_${1:P}", "={ax},i", "i64", "i32", "", ["call __get_user_$0"]),
    ("movq $1, 8($0)", "r,r", "i64 i64", "void", "", ["store 8 [$0+8] = $1"]),
    ("movdqa $0, %xmm2; movntdq %xmm2, $1", "*m,=*m", "ptr ptr", "void", "", None),
]


@pytest.mark.parametrize(("text", "constraints", "types", "result", "elements", "expected"), OPERANDS)
def test_operands(
    text: str, constraints: str, types: str, result: str, elements: str, expected: list[str] | None
) -> None:
    found = does(text, constraints, types, result, elements)
    if expected is not None:
        assert found == expected


def test_a_memory_operand_without_a_register_has_the_size_of_its_element() -> None:
    assert does("inc $0", "=*m,*m", "ptr ptr", "void", "0:i32 1:i32") == ["rmw 4 [$0]"]
    assert does("inc $0", "=*m,*m", "ptr ptr") == ["unknown: the operand size is not known"]


def test_arguments_are_counted_past_outputs() -> None:
    # outputs in registers take no argument; an indirect output does
    found = does("movl $2, $1; movntil $3, $1", "=r,=*m,r,r", "ptr i32 i32", "i32", "0:i32")
    assert found == ["store 4 [$0] = $1", "ntstore 4 [$0] = $2"]


def test_tied_operands_share_a_register() -> None:
    found = does("addq $$8, $0; movl $$1, ($0)", "=r,0", "ptr", "ptr")
    assert found == ["store 4 [$0+8] = 1"]


def test_outputs() -> None:
    assert effects("", "=r,0", "ptr", "ptr").outputs == (Input(0),)
    assert effects("mov $1, $0", "=r,r", "i64", "i64").outputs == (Input(0),)
    assert effects("movl $$5, $0", "=r", "", "i32").outputs == (Number(5),)
    assert effects("movl ($1), $0", "=r,r", "ptr", "i32").outputs == (Register("$0"),)
    assert effects("movl ($1), %eax", "={ax},r", "ptr", "i32").outputs == (Register("rax"),)
    assert effects("movl ($1), $0; incl $0", "=r,r", "ptr", "i32").outputs == (Anything(),)
    both = effects("movl $$5, %eax; movq $$-1, %rdx", "={ax},={dx}", "", "i32 i64").outputs
    assert both == (Number(5), Number(2**64 - 1))
    assert effects("rdtsc", "={ax},={dx}", "", "i32 i32").outputs == (Anything(), Anything())
    assert effects("nop", "={@ccz},={ax},1", "i64", "i8 i64").outputs == (Anything(), Input(0))
    assert effects("cpuid", "={ax},{ax}", "i32", "i32").outputs == (Anything(),)


def test_clobbers() -> None:
    assert effects("", "~{memory},~{dirflag}").memory_clobber
    assert not effects("", "~{dirflag}").memory_clobber


def test_an_output_that_is_no_early_clobber_may_share_the_register_of_an_input() -> None:
    text = "movq $2, $0; movl $$1, ($1)"
    assert does(text, "=r,r,r", "ptr i64", "i64") == ["store 4 [?] = 1"]
    assert does(text, "=&r,r,r", "ptr i64", "i64") == ["store 4 [$0] = 1"]
    # in a register of its own
    assert does("cpuid; movl $$1, ($1)", "={ax},{di}", "ptr", "i64") == ["MFENCE", "store 4 [$0] = 1"]
    # the address of a memory operand is in a register, too
    assert does("movq $2, $0; movl $$1, $1", "=r,=*m,r", "ptr i64", "i64", "0:i32") == ["store 4 [?] = 1"]


INTEL = [
    ("movnti [${0:q}],${1:q}", "r,r", "ptr i64", ["ntstore 8 [$0] = $1"]),
    ("movnti [${0:q}],${1:k}", "r,r", "ptr i32", ["ntstore 4 [$0] = $1"]),
    ("movntdq [${0:q}],${1:x}", "r,x", "ptr 4xf32", ["ntstore 16 [$0] = $1"]),
    ("vmovntdq [${0:q}],${1:t}", "r,x", "ptr 4xi64", ["ntstore 32 [$0] = $1"]),
    ("vmovntpd [${0:q}],${1:g}", "r,v", "ptr 8xf64", ["ntstore 64 [$0] = $1"]),
    ("vmovntdqa ${0:t}, [${1:q}]", "=&x,r", "ptr", ["load 32 [$0] -> $0"]),
    ("mov dword ptr [${0:q} + 4*${1:q} + 8], 7", "r,r", "ptr i64", ["store 4 [$0+$1*4+8] = 7"]),
    (
        "mov qword ptr [rdi + rcx*8 - 0x10], rax",
        "{di},{cx},{ax}",
        "ptr i64 i64",
        ["store 8 [$0+$1*8+-16] = $2"],
    ),
    ("mov rax, qword ptr fs:[0x28]", "~{rax}", "", ["load 8 [fs:40] -> rax"]),
    ("mov rax, gs:[rdi]", "{di},~{rax}", "ptr", ["load 8 [gs:$0] -> rax"]),
    ("mov eax, dword ptr table[rip + 4]", "~{rax}", "", ["load 4 [table+4] -> rax"]),
    ("lock xadd [${0:q}], ${1:k}", "r,r", "ptr i32", ["lock 4 [$0]"]),
    ("lock cmpxchg16b [rdi]", "{di}", "ptr", ["lock 16 [$0]?"]),
    ("xchg byte ptr [rdi], al", "{di},{ax}", "ptr i8", ["lock 1 [$0]"]),
    ("shl dword ptr [rdi], cl", "{di},{cx}", "ptr i8", ["rmw 4 [$0]"]),
    ("movzx eax, byte ptr [rdi]", "{di},~{rax}", "ptr", ["load 1 [$0] -> rax"]),
    ("rep movsb; lfence", "{di},{si},{cx}", "ptr ptr i64", ["reads [$1]", "writes [$0]", "LFENCE"]),
    (
        "movsd dword ptr es:[rdi], dword ptr [rsi]",
        "{di},{si}",
        "ptr ptr",
        ["load 4 [$1]", "store 4 [$0] = ?"],
    ),
    ("movdir64b rdi, [rsi]", "{di},{si}", "ptr ptr", ["load 64 [$1]", "ntstore 64 [$0] = ?"]),
    ("clflushopt byte ptr [rdi]; sfence", "{di}", "ptr", ["ClFlushOpt", "SFENCE"]),
    ("call ${0:P}", "i", "ptr", ["call $0"]),
]


@pytest.mark.parametrize(("text", "constraints", "types", "expected"), INTEL)
def test_intel(text: str, constraints: str, types: str, expected: list[str]) -> None:
    result = "4xi64" if constraints.startswith("=") else "void"
    assert does(text, constraints, types, result, intel=True) == expected


def test_dialects_within_a_text() -> None:
    text = "$(movl %eax, (%rdi)$|mov dword ptr [rdi], eax$)"
    expected = ["store 4 [$0] = $1"]
    assert does(text, "{di},{ax}", "ptr i32") == expected
    assert does(text, "{di},{ax}", "ptr i32", intel=True) == expected
    switched = ".intel_syntax noprefix\nmov [rdi], eax\n.att_syntax\nsfence"
    assert does(switched, "{di},{ax}", "ptr i32") == [*expected, "SFENCE"]


def test_comments_and_line_ends() -> None:
    text = "# movl %eax, (%rdi)\r\n/* movl %eax,\n (%rdi) */ sfence // nothing\n\t;;mfence#;lfence"
    assert does(text) == ["SFENCE", "MFENCE"]


def test_registers_changed_by_a_call_are_forgotten() -> None:
    found = does("call helper; movl $$1, (%rdi); movl $$1, (%rbx)", "{di},{bx}", "ptr ptr")
    assert found == ["call helper", "store 4 [?] = 1", "store 4 [$1] = 1"]


def test_a_stack_of_its_own() -> None:
    # what is pushed there lies in memory that others may look at
    assert does("movq $0, %rsp; pushq $1", "r,r", "ptr i64") == ["store 8 [$0+-8] = ?"]


def test_constraints_that_do_not_fit() -> None:
    for constraints, types in (("r,r", "i64"), ("=r", ""), ("9", "i64")):
        assert does("nop", constraints, types) == ["unknown: constraints that are not understood"]
