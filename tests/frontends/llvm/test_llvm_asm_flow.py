"""Inline assembly: jumps, code that is changed at run time, faults, loops."""

from __future__ import annotations

import time

import pytest

from ordercheck.frontends.llvm.asm.effects import Anything, AsmChoice, AsmUnknown, Input
from tests.frontends.llvm.llvm_asm_helper import does, effects, flat, said

COPY = ("={di},={si},={cx},0,1,2,~{rax},~{memory}", "ptr ptr i64", "ptr ptr i64")
"""A destination, a source, a count, which the text changes."""


def alternative(old: str, *new: str, first: int = 10) -> str:
    """Code that may be replaced, in the manner of the kernel: tables in sections of their own."""
    text = [f"{first}:", old, f"{first + 1}:", ".skip -((9f - 8f) > 0) * (9f - 8f), 0x90", f"{first + 2}:"]
    for number in range(len(new)):
        start = first + 10 + 2 * number
        text += ['.pushsection .altinstructions, "a"', f".long {first}b - .", f".long {start}f - ."]
        text += [f".4byte (3*32 + {number})", f".byte {first + 2}b-{first}b", f".byte {start + 1}f-{start}f"]
        text += [".popsection"]
    text.append('.pushsection .altinstr_replacement, "ax"')
    for number, code in enumerate(new):
        start = first + 10 + 2 * number
        text += [f"{start}:", code, f"{start + 1}:"]
    return "\n".join([*text, ".popsection", ""])


def fault(source: str, target: str) -> str:
    """An entry of the exception table."""
    head = '\n.pushsection "__ex_table", "a"\n.balign 4\n'
    return f"{head}.long ({source}) - .\n.long ({target}) - .\n.long 3\n.popsection\n"


def static_key(target: str) -> str:
    """A jump or NOP at label 1 that may be changed into the other."""
    return (
        '\n.pushsection __jump_table, "aw"\n.balign 8\n.long 1b - ., '
        f"{target} - .\n.quad ${{0:c}} + ${{1:c}} - .\n.popsection\n"
    )


def test_alternatives() -> None:
    text = alternative(".byte 0x3e; clflush ($0)", ".byte 0x66; clflush ($0)", ".byte 0x66; xsaveopt ($0)")
    assert does(text, "r", "ptr") == ["{ClFlush | ClFlushOpt | ClWb}"]


def test_an_alternative_of_nothing() -> None:
    assert does(alternative("", "lfence")) == ["{ | LFENCE}"]
    assert does(alternative("sfence", "")) == ["{SFENCE | }"]
    assert does(alternative("nop", "stac")) == []


def test_three_alternatives_and_what_is_around_them() -> None:
    text = "sfence\n" + alternative("call ${0:P}", "call ${1:P}", "rep stosq", "mfence") + "lfence"
    found = does(text, "i,i,{di},{cx},{ax}", "ptr ptr ptr i64 i64")
    assert found == ["SFENCE", "{call $0 | call $1 | writes [$2] | MFENCE}", "LFENCE"]


def test_alternatives_in_alternatives() -> None:
    inner = alternative("lock; addl $$0, -4(%rsp)", "sfence", first=100)
    assert does(alternative(inner, "lfence")) == ["{{MFENCE | SFENCE} | LFENCE}"]
    # the same numbers again: the label nearest to its use counts
    again = alternative(alternative("mfence", "sfence"), "lfence")
    assert {str(word) for word in does(again)} == {"{MFENCE | SFENCE | LFENCE}"}


def test_what_an_alternative_stores_is_known_on_its_way_only() -> None:
    text = alternative("movq $1, %rax", "movq $2, %rax")
    text += "movq %rax, ($0); movq $1, %rax; movq %rax, ($0)"
    found = does(text, "r,r,r,~{rax}", "ptr i64 i64")
    assert found == ["store 8 [$0] = ?", "store 8 [$0] = $1"]


def test_tables_that_are_not_understood() -> None:
    broken = '10: sfence\n11:\n.pushsection .altinstructions,"a"\n.long 10b - .\n.popsection'
    assert does(broken) == ["unknown: alternatives that are not understood"]
    assert does("1: nop" + fault("1b", "9f")) == ["unknown: entries of __ex_table that are not understood"]


def test_other_data_does_nothing() -> None:
    bug = '1: .byte 0x0f, 0x0b\n.pushsection __bug_table,"aw"\n2: .long 1b - .\n.long ${0:c} - .\n'
    bug += ".word ${1:c}\n.org 2b+${2:c}\n.popsection\n"
    text = bug + '.section .smp_locks,"a"\n.long 3f - .\n.previous\n3: lock; incl ($3)'
    assert does(text, "i,i,i,r", "ptr i32 i64 ptr") == ["lock 4 [$3]"]


def test_goto() -> None:
    assert does("jmp ${0:l}", "!i", labels=1) == ["goto 0"]
    assert does("testb $$1, ($0)\njnz ${1:l}\nsfence", "r,!i", "ptr", labels=1) == [
        "load 1 [$0]",
        "maybe goto 0",
        "SFENCE",
    ]
    assert does("jc ${1:l}\njmp ${0:l}", "!i,!i", labels=2) == ["maybe goto 0", "goto 1"]
    # an operand that is no label, or one label too many
    assert does("jmp ${0:l}", "i", "i32", labels=1) == ["unknown: control leaves the statement"]
    assert does("jmp ${1:l}", "!i,!i", labels=1) == ["unknown: control leaves the statement"]


def test_a_static_key_is_a_jump_or_nothing() -> None:
    for patched in ("jmp ${2:l}", ".byte 0x0f,0x1f,0x44,0x00,0x00", "nop"):
        text = f"1: {patched}{static_key('${2:l}')}sfence"
        assert does(text, "i,i,!i", "ptr i1", labels=1) == ["maybe goto 0", "SFENCE"]


def test_a_check_of_a_cpu_feature() -> None:
    # a jump to code elsewhere, replaced by a jump out or by nothing
    check = (
        '.pushsection .altinstr_aux,"ax"\n6: testb $0, ${1:P}(%rip)\njnz ${2:l}\njmp ${3:l}\n.popsection\n'
    )
    text = alternative("jmp 6f", "jmp ${3:l}", "") + check
    assert does(text, "i,i,!i,!i", "i32 ptr", labels=2) == [
        "maybe goto 1",
        "{load 1 [$1]; maybe goto 1; goto 0 | }",
    ]


def test_branches_join() -> None:
    text = "test $0, $0\nje 1f\nmovnti $0, ($1)\njmp 2f\n1: movq $0, ($1)\n2: sfence"
    found = does(text, "r,r", "i64 ptr")
    assert found == ["{ntstore 8 [$1] = $0 | store 8 [$1] = $0}", "SFENCE"]


def test_what_is_not_reached_does_nothing() -> None:
    assert does("jmp .Lend${:uid}\nmovl $$1, ($0)\n.Lend${:uid}: sfence", "r", "ptr") == ["SFENCE"]


def test_code_in_another_section_is_not_lost() -> None:
    text = 'jz 3f\n2:\n.section .text.unlikely,"ax"\n3: movnti %rax, ($0)\njmp 2b\n.previous\nsfence'
    assert does(text, "r,{ax}", "ptr i64") == ["{ | ntstore 8 [$0] = $1}", "SFENCE"]
    # it goes on into what is not in the text
    open_end = "jz 3f\n.subsection 1\n3: sfence\n.previous"
    assert does(open_end) == ["{ | SFENCE; unknown: control runs off the end of a section}"]


def test_a_fault_goes_on_elsewhere() -> None:
    text = "1: movl ($1), $0\n2:" + fault("1b", "2b")
    found = effects(text, "=r,r,0", "ptr i32", "i32")
    assert said(found.effects) == ["{load 4 [$0] -> $0 | }"]
    # the handler may have written the output
    assert found.outputs == (Anything(),)
    untouched = effects("1: movl $1, ($2)\n2:" + fault("1b", "2b"), "=r,r,r,0", "i32 ptr i32", "i32")
    assert untouched.outputs == (Anything(),)


def test_a_fault_goes_to_a_label_of_the_caller() -> None:
    text = "1: movl $0, ($1)" + fault("1b", "${2:l}")
    assert does(text, "r,r,!i", "i32 ptr", labels=1) == ["maybe goto 0", "store 4 [$1] = $0"]


def test_a_fault_goes_to_its_fix() -> None:
    fix = '.section .fixup,"ax"\n3: movl $$-14, $0\njmp 2b\n.previous'
    text = f"1: movq $1, ($2)\n2: {fix}{fault('1b', '3b')}sfence"
    assert does(text, "=&r,r,r", "i64 ptr", "i32") == ["{store 8 [$1] = $0 | }", "SFENCE"]


def test_a_fault_within_a_repeated_instruction() -> None:
    text = "1: rep movsb\nsfence\n2:" + fault("1b", "2b")
    assert does(text, *COPY) == ["{reads [$1]; writes [$0]; {SFENCE | } | }"]


def test_macros_within_a_table_are_no_code() -> None:
    text = '1: movl ($0), %eax\n2:\n.pushsection __ex_table,"a"\n.long (1b) - .\n.long (2b) - .\n'
    text += ".macro kind reg:req\n.ifc \\reg, x\nmovl $$1, ($0)\n.endif\n.endm\n"
    text += "kind reg=$0\n.purgem kind\n.popsection"
    assert does(text, "r,~{rax}", "ptr") == ["{load 4 [$0] -> rax | }"]


def test_conditional_prefixes_are_harmless() -> None:
    text = ".irp rs,r8,r9\n.ifc \\rs,${0:V}\n.byte 0x2e\n.endif\n.endr\ncall __x86_indirect_thunk_${0:V}"
    assert does(text, "r", "ptr") == ["call $0"]


def test_iret_goes_to_what_was_pushed() -> None:
    text = "pushq %rsp\naddq $$8, (%rsp)\npushfq\npushq $$1f\niretq\nmovl $$1, ($0)\n1: sfence"
    assert does(text, "r", "ptr") == ["MFENCE", "SFENCE"]
    assert does("iretq") == ["MFENCE", "unknown: control leaves the statement"]


# loops

NT_COPY = """
1: movq (%rsi), %rax
movnti %rax, (%rdi)
addq $$8, %rsi
leaq 8(%rdi), %rdi
decq %rcx
jnz 1b
"""


def test_a_loop_of_streaming_stores_is_a_range() -> None:
    found = effects(NT_COPY, *COPY)
    assert said(found.effects) == ["{reads [$1]; ntwrites [$0] | ntwrites [$0]; reads [$1]}"]
    assert found.outputs == (Anything(),) * 3


def test_a_loop_that_fills() -> None:
    text = "1: movntdq %xmm0, (%rdi)\nmovntdq %xmm0, 16(%rdi)\nadd $$32, %rdi\nsub $$32, %rcx\nja 1b\nsfence"
    assert does(text, *COPY) == ["ntwrites [$0]", "SFENCE"]
    counted = "xorl %eax, %eax\n1: movnti %rdx, (%rdi,%rax,8)\ninc %rax\ncmp %rcx, %rax\njb 1b"
    assert does(counted, *COPY) == ["ntwrites [$0]"]


def test_a_loop_that_touches_a_byte_twice() -> None:
    # each round overlaps the one before
    text = "1: movntdq %xmm0, (%rdi)\nadd $$8, %rdi\ndec %rcx\njnz 1b"
    assert does(text, *COPY) == ["ntwrites [$0]", "ntwrites [$0]"]
    # the stride is a constant operand, which nobody knows here
    text = "1: movntdq %xmm0, (%rdi)\nadd $6, %rdi\ndec %rcx\njnz 1b"
    assert does(text, "={di},={si},={cx},0,1,2,i", "ptr ptr i64 i64", COPY[2]) == ["ntwrites [$0]"] * 2


def test_a_loop_through_registers_in_turn() -> None:
    # the third round comes back to where the first one was
    turn = "movq %rdx, %rax\nmovq %r8, %rdx\nmovq %r9, %r8\nmovq %rax, %r9\n"
    text = "leaq 8(%rdi), %r8\nleaq 16(%rdi), %r9\nmovq %rdi, %rdx\n"
    text += f"1: movnti %rcx, (%rdx)\n{turn}decq %rcx\njnz 1b"
    assert does(text, *COPY) == ["ntwrites [$0]", "ntwrites [$0]"]


def test_a_loop_with_a_fence_is_unrolled() -> None:
    text = "1: movnti %rax, (%rdi)\nsfence\nadd $$8, %rdi\ndec %rcx\njnz 1b"
    one = "ntwrites [$0]; SFENCE"
    assert does(text, *COPY) == [
        "ntwrites [$0]",
        "SFENCE",
        "{ | " + one + "; { | " + one + "}}",
    ]


def test_a_spin_lock() -> None:
    text = "1: lock xchg $0, ($1)\ntest $0, $0\njz 3f\n2: pause\ncmpl $$0, ($1)\njne 2b\njmp 1b\n3:"
    found = effects(text, "=r,r,0", "ptr i32", "i32")
    words = str(said(found.effects))
    assert words.startswith("['lock 4 [$0]', '{{ | load 4 [$0]}; lock 4 [$0]; ")
    assert "unknown" not in words


def test_a_loop_without_an_end_stops() -> None:
    assert does("1: hlt\njmp 1b\nsfence") == ["stop"]


def test_a_loop_of_a_place_that_stays() -> None:
    text = "1: movl ($0), %eax\ntestl %eax, %eax\njnz 1b\nmovl %eax, ($0)"
    # what the last round loaded is not said
    assert does(text, "r,~{rax}", "ptr") == ["{ | load 4 [$0]}", "store 4 [$0] = ?"]


@pytest.mark.parametrize("inside", ["call helper", "frobnicate", ".long 5"])
def test_a_loop_that_is_not_followed(inside: str) -> None:
    found = flat(effects(f"1: {inside}\njnz 1b\nsfence", "").effects)
    assert any(isinstance(effect, AsmUnknown) for effect in found)


def test_a_loop_with_two_entries() -> None:
    found = does("jz 2f\n1: sfence\n2: decl %ecx\njnz 1b")
    assert any(word.startswith("unknown: a loop") for word in found)


def test_loops_within_loops() -> None:
    text = "2: movq $$8, %rcx\n1: movnti %rax, (%rdi)\nadd $$8, %rdi\ndec %rcx\njnz 1b\ndec %rsi\njnz 2b"
    found = effects(text, *COPY).effects
    assert set(said(list(flat(found)))) == {"ntwrites [$0]"}


def test_many_branches_end_in_time() -> None:
    started = time.monotonic()
    for body in ("jz 9f\nincl ($0)", "jz 1f\nincl ($0)\n1:", "1: incl ($0)\njz 1b", "1: incl ($0)\njz 8b"):
        text = "8:\n" + f"{body}\n" * 2000 + "9:\n"
        found = effects(text, "r", "ptr").effects
        assert found
    long = "\n".join(f"movnti %rax, {8 * n}($0)" for n in range(1900))
    for step in ("add $$8, $0", "incl ($0)", ""):
        assert effects(f"1: {long}\n{step}\njnz 1b", "=r,0", "ptr", "ptr").effects
    deep = "\n".join(f"{n}: incl ($0)" for n in range(60)) + "\n" + "\n".join(f"jnz {n}b" for n in range(60))
    assert effects(deep, "r", "ptr").effects
    assert time.monotonic() - started < 20


def test_a_text_that_is_too_long() -> None:
    (found,) = effects("nop\n" * 100_000, "").effects
    assert isinstance(found, AsmUnknown)


def test_a_choice_of_one_is_none() -> None:
    assert not any(isinstance(e, AsmChoice) for e in effects(alternative("nop", "nop"), "").effects)
    assert effects(alternative("nop", "nop"), "=r,0", "i64", "i64").outputs == (Input(0),)
