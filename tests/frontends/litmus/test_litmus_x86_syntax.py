"""The columns of x86 tests: rows, labels, lock prefixes, operands, and errors with their places."""

from __future__ import annotations

import pytest

from ordercheck.frontends.litmus import read_text
from ordercheck.frontends.litmus.x86.operands import Immediate, Memory, Operand, read_operands
from ordercheck.frontends.litmus.x86.registers import Part
from ordercheck.program.ir import Rmw
from tests.frontends.litmus.litmus_helper import body, error_of, final, read, states_of, text_of

RAX, RBX, EAX, EBX = Part("rax", 64), Part("rbx", 64), Part("rax", 32), Part("rbx", 32)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$1", Immediate(1)),
        ("-5", Immediate(-5)),
        ("$0x1F", Immediate(31)),
        ("$x", Immediate(0, "x")),
        ("%rax", RAX),
        ("eax", EAX),
        ("%AH", Part("rax", 8, 8)),
        ("%r9w", Part("r9", 16)),
        ("%sil", Part("rsi", 8)),
        ("%xmm3", Part("zmm3", 128)),
        ("%tmp", Part("%tmp", 64)),
        ("x", Memory(symbol="x")),
        ("(x)", Memory(symbol="x")),
        ("[x]", Memory(symbol="x")),
        ("x(%rip)", Memory(symbol="x")),
        ("x+4(%rip)", Memory(4, "x")),
        ("4+x(%rip)", Memory(4, "x")),
        ("x(,%rbx,4)", Memory(0, "x", None, RBX, 4)),
        ("(%rax)", Memory(base=RAX)),
        ("[%rax]", Memory(base=RAX)),
        ("-8(%rax)", Memory(-8, "", RAX)),
        ("8[%rax]", Memory(8, "", RAX)),
        ("0x10(%rax,%rbx)", Memory(16, "", RAX, RBX)),
        ("( %rax , %rbx , 8 )", Memory(0, "", RAX, RBX, 8)),
        ("%cs:4(%rax,%ebx,0)", Memory(4, "", RAX, EBX, 0)),
        ("%ds:(x)", Memory(symbol="x")),
        ("[x+4]", Memory(4, "x")),
        ("[rax+rbx*4-8]", Memory(-8, "", RAX, RBX, 4)),
        ("[rbx*2+rax]", Memory(0, "", RAX, RBX, 2)),
        ("[rax+rbx]", Memory(0, "", RAX, RBX)),
        ("(x-1)", Memory(symbol="x-1")),
        ("x-", Memory(symbol="x-")),
        ("[x -8]", Memory(-8, "x")),
        ("-4+x+8(%rip)", Memory(4, "x")),
    ],
)
def test_an_operand(text: str, wanted: Operand) -> None:
    assert read_operands(text, wide=True) == (wanted,)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("EAX", Part("EAX", 32)),
        ("al", Part("EAX", 8)),
        ("[EAX]", Memory(base=Part("EAX", 32))),
        # in 32-bit mode herd7 takes % for a register that it is to choose
        ("%EAX", Part("%EAX", 32)),
        ("r8", Memory(symbol="r8")),
        ("sil", Memory(symbol="sil")),
    ],
)
def test_an_operand_in_32_bit_mode(text: str, wanted: Operand) -> None:
    assert read_operands(text, wide=False) == (wanted,)


def test_the_order_of_operands_is_that_of_the_language() -> None:
    assert final("movl $1,%eax", shown="0:rax;") == "0:rax=1;"
    assert final("MOV EAX,$1", shown="0:EAX;", arch="X86") == "0:EAX=1;"
    assert final("subl $3,%eax", init="0:rax=5;", shown="0:rax;") == "0:rax=2;"
    assert final("SUB EAX,$3", init="0:EAX=5;", shown="0:EAX;", arch="X86") == "0:EAX=2;"


def test_mnemonics_and_registers_in_capitals() -> None:
    assert final("MOVL $1,%EAX; MFENCE", shown="0:rax;") == "0:rax=1;"


@pytest.mark.parametrize("code", ["lock incl (x)", "LOCK incl (x)", "lock\nincl (x)", "L: lock incl (x)"])
def test_the_lock_prefix(code: str) -> None:
    assert [type(instr) for instr in body(read(code))] == [Rmw]


def test_the_lock_prefix_may_stand_apart_from_its_instruction() -> None:
    text = "X86_64 T\n{ x=1; }\n P0 | P1 ;\n nop | lock; incl (x) ;\nlocations [x;]"
    litmus = read_text(text)
    assert [type(instr) for instr in body(litmus, 1)] == [Rmw]
    assert states_of(litmus) == ["[x]=2;"]


def test_labels_alone_before_an_instruction_and_at_the_end() -> None:
    code = "jmp L1; movl $1,%eax; L0: L1:; L2: movl $2,%ebx; jmp end; movl $3,%ecx; end:"
    assert final(code, shown="0:rax;0:rbx;0:rcx;") == "0:rax=0; 0:rbx=2; 0:rcx=0;"


def test_columns_may_be_empty_and_comments_stand_anywhere() -> None:
    text = "X86_64 T\n{}\n; P0 (* | *) | P1 ;\n | ;\n\n  (* ; (* *) *)\n nop|nop ;;\nexists true\n"
    assert [thread.name for thread in read_text(text).program.threads] == ["P0", "P1"]


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("frob %eax", "4:2: the instruction frob is not modelled"),
        ("movx $1,%eax", "4:2: the instruction movx is not modelled"),
        ("12", "4:2: expected an instruction, found '12'"),
        ("mov $1", "4:2: mov takes 2 operands, found 1"),
        ("mfence %eax", "4:2: mfence takes 0 operands, found 1"),
        ("incl", "4:2: incl takes 1 operand, found 0"),
        ("shl $1,$2,%eax", "4:2: shl takes 1 or 2 operands, found 3"),
        ("movl $1,,%eax", "4:7: expected an operand on each side of ','"),
        ("movl $1,%eax,", "4:7: expected an operand on each side of ','"),
        ("movl $1,(%rax", "4:10: a bracket is not closed"),
        ("movl $1,(%rax]", "4:10: a bracket is not closed"),
        ("movl $1,(%al)", "4:11: %al holds no address"),
        ("movl $1,(%rax,%rbx,%rcx)", "4:11: expected a scale such as 4"),
        ("movl $1,(%rax,%rbx,4,4)", "4:11: expected disp(base,index,scale)"),
        ("movl $1,[rax+rbx+rcx]", "4:19: more than two registers in one address"),
        ("movl $1,[rax*3]", "4:14: expected the scale 1, 2, 4 or 8"),
        ("movl $1,[x+y]", "4:13: y has no meaning in an address"),
        ("movl $1,(x+)", "4:12: expected a part of an address after +"),
        ("movl $1,-(x)", "4:10: expected a part of an address after -"),
        ("movl $1,4 5(%rax)", "4:12: expected + or - between the parts of an address"),
        ("movl $1,(%rax %rbx)", "4:16: expected + or - between the parts of an address"),
        ("movl $1,(--x)", "4:12: - has no meaning in an address"),
        ("movl $1,[rax-4]", "4:11: rax-4: a name of a location starts with a register"),
        ("movl $1,eax-4", "4:10: eax-4: a name of a location starts with a register"),
        ("movl $1,x-4(%rip)", "4:10: x-4: herd7 has - in names of locations; put the number in front"),
        ("movl $1,a[1]", "4:11: cells have no numbers here: add the offset in bytes"),
        ("movl $1,[-rax]", "4:12: rax has no meaning in an address"),
        ("movl $1,%fs:(x)", "4:10: only segments that start at 0 are supported"),
        ("movl $1,?", "4:10: '?' is no operand"),
        ("movl $1,*", "4:10: * is no operand"),
        (f"movl ${'1' * 41},%eax", "4:7: a number of too many digits"),
        ("jmp", "4:5: expected a label"),
        ("jmp %rax", "4:6: expected a label"),
        ("jmp nowhere", "4:2: no label nowhere in P0"),
        ("lock", "4:2: expected ';' at the end of this line"),
        ("lock mfence", "4:7: the lock prefix does not go with mfence"),
        ("lock addl $1,%eax", "4:2: the lock prefix needs an operand in memory to write to"),
        ("movl (x),(y)", "4:2: movl takes one operand in memory at most"),
        ("movl $1,$2", "4:2: a constant cannot be written to"),
        ("movl $1,4", "4:2: a constant cannot be written to"),
        ("movl $1,[4]", "4:2: an access to a number that is no address of a location"),
        ("lea %rax,%rbx", "4:2: lea puts an address into a register"),
        ("movnti $1,(x)", "4:2: movnti stores a register of 4 or 8 bytes to memory"),
        ("movnti %al,(x)", "4:2: movnti stores a register of 4 or 8 bytes to memory"),
        ("clflush %rax", "4:2: clflush takes an operand in memory"),
        ("shl %cl,%eax", "4:2: a shift by a register is not modelled"),
        ("movdqa (x),(y)", "4:2: movdqa takes one operand in memory at most"),
        ("movdqa (x),%eax", "4:2: movdqa moves a vector register"),
        ("movntdq (x),%xmm0", "4:2: movntdq stores a vector register to memory"),
        ("vmovdqa %xmm0,%ymm1", "4:2: vmovdqa takes two vector registers of one size"),
        ("movd %eax,%ebx", "4:2: movd moves to or from a vector register"),
        ("movl %zf,%eax", "4:2: movl takes general registers and memory"),
        ("movq %rip,%rax", "4:2: movq takes general registers and memory"),
        ("movl (%rip,%rax),%eax", "4:8: %rip holds no address"),
        ("addl %xmm0,%xmm1", "4:2: addl takes general registers and memory"),
    ],
)
def test_errors_in_a_cell(cell: str, error: str) -> None:
    assert error_of(f"X86_64 T\n{{}}\n P0 ;\n {cell} ;\nexists true") == error


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("", "2:3: expected the threads, such as 'P0 | P1 ;'"),
        ("P0 | P1 ;\n lock | nop ;", "4:2: expected an instruction after the lock prefix"),
        ("P0 | Q1 ;", "3:6: expected a thread such as P0, found 'Q1'"),
        ("P0 | P2 ;", "3:1: expected the threads P0, P1, ... in order"),
        ("P0 | P1 ;\nnop ;", "4:1: expected 2 cells in this line, found 1"),
        ("P0 ;\nnop | nop ;", "4:1: expected 1 cells in this line, found 2"),
        ("P0 ;\nnop ;\nnop", "5:1: expected ';' at the end of this line"),
        ("P0 ;\nL: nop ;\nL: nop ;", "5:1: two labels L in P0"),
        (" | ".join(f"P{n}" for n in range(65)) + ";", "3:375: more than 64 threads"),
    ],
)
def test_errors_in_the_columns(code: str, error: str) -> None:
    assert error_of(f"X86_64 T\n{{}}\n{code}\nexists true") == error


def test_there_are_limits() -> None:
    assert error_of("X86 T\n{}\nP0 ;\n" + "MFENCE;" * 4097).endswith("more than 4096 instructions")


def test_the_place_of_an_error_in_a_later_column_after_comments() -> None:
    text = "X86_64 T\n{}\n P0 (* a\n b *) | P1 ;\n nop |\n (* c *)  frob ;\nexists true"
    assert error_of(text) == "6:11: the instruction frob is not modelled"


def test_the_helper_writes_columns() -> None:
    assert text_of("a; b", "c", init="x=1;", tail="t") == (
        "X86_64 T\n{ x=1; }\nP0 | P1 ;\na | c ;\nb |  ;\nt\n"
    )
