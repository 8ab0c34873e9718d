"""Instructions: what is read from a line of each kind, and that every kind is read."""

from __future__ import annotations

import pytest

from ordercheck.frontends.llvm.instructions import Lines
from ordercheck.frontends.llvm.ir import (
    PTR,
    ArrayType,
    BasicBlock,
    Constant,
    FloatType,
    FunctionType,
    GlobalRef,
    InlineAsm,
    Instruction,
    Int,
    IntType,
    Local,
    OpaqueValue,
    OtherType,
    PtrType,
    StructType,
    Type,
    VectorType,
)
from ordercheck.frontends.llvm.values_text import Reader
from ordercheck.program.ir import NOWHERE
from tests.frontends.llvm.llvm_reader_helper import TEXTS, instructions, module, one, parsed, printed

I1, I8, I16, I32, I64 = (IntType(n) for n in (1, 8, 16, 32, 64))
TOKEN = OtherType("token")
OPCODES = {
    *("ret", "br", "switch", "indirectbr", "invoke", "resume", "unreachable", "cleanupret"),
    *("catchret", "catchswitch", "callbr", "fneg", "add", "fadd", "sub", "fsub", "mul", "fmul"),
    *("udiv", "sdiv", "fdiv", "urem", "srem", "frem", "shl", "lshr", "ashr", "and", "or", "xor"),
    *("alloca", "load", "store", "getelementptr", "fence", "cmpxchg", "atomicrmw", "trunc"),
    *("zext", "sext", "fptoui", "fptosi", "uitofp", "sitofp", "fptrunc", "fpext", "ptrtoint"),
    *("inttoptr", "bitcast", "addrspacecast", "ptrtoaddr", "cleanuppad", "catchpad", "icmp"),
    *("fcmp", "phi", "call", "select", "va_arg", "extractelement", "insertelement"),
    *("shufflevector", "extractvalue", "insertvalue", "landingpad", "freeze"),
}


def shown(of: Type) -> str:
    """A type as LLVM prints it."""
    match of:
        case IntType():
            return f"i{of.bits}"
        case PtrType():
            return f"ptr addrspace({of.space})" if of.space else "ptr"
        case ArrayType():
            return f"[{of.count} x {shown(of.element)}]"
        case VectorType():
            return f"<{'vscale x ' if of.scalable else ''}{of.count} x {shown(of.element)}>"
        case StructType() if of.name:
            return f"%{of.name}"
        case StructType():
            inner = ", ".join(map(shown, of.fields or ()))
            return f"<{{ {inner} }}>" if of.packed else f"{{ {inner} }}"
        case FloatType() | OtherType():
            return of.name
    raise AssertionError(of)


def operands_of(instr: Instruction) -> int:
    """How many operands LLVM counts: callees and labels too, but no incoming blocks and no masks."""
    count = len(instr.operands) + (instr.callee is not None)
    if instr.op == "alloca":
        return 1
    if instr.op == "shufflevector":
        return 2
    return count if instr.op == "phi" else count + len(instr.labels)


@pytest.mark.parametrize("name", TEXTS)
def test_llvm_itself_counts_the_same(name: str) -> None:
    theirs = parsed(TEXTS[name])
    ours = module(TEXTS[name])
    functions = {f.name or "0": f for f in theirs.functions}
    assert len(functions) == len(ours.functions)
    for function in functions.values():
        blocks = ours.functions[function.name if '"' not in function.name else r'"quoted \22 name"'].blocks
        assert [len(list(b.instructions)) for b in function.blocks] == [len(b.instructions) for b in blocks]
        for their_block, our_block in zip(function.blocks, blocks, strict=True):
            assert their_block.name in ("", our_block.label)
            for instr, read in zip(their_block.instructions, our_block.instructions, strict=True):
                assert instr.opcode == read.op
                assert instr.name in ("", read.name)
                assert str(instr.type).partition(" = ")[0] == shown(read.type)
                if not any(a.startswith("bundle(") for a in read.attributes):
                    assert len(list(instr.operands)) == operands_of(read), read.text


def test_the_texts_hold_every_instruction_there_is() -> None:
    read = [
        i.op
        for text in TEXTS.values()
        for f in module(text).functions.values()
        for b in f.blocks
        for i in b.instructions
    ]
    assert set(read) == OPCODES


# arithmetic


@pytest.mark.parametrize(
    ("line", "of", "flags"),
    [
        ("%x = add nuw nsw i64 %a, -1", I64, {"nuw", "nsw"}),
        ("%x = sub i64 %a, 3", I64, set()),
        ("%x = udiv exact i64 %a, 4", I64, {"exact"}),
        ("%x = or disjoint i64 %a, 256", I64, {"disjoint"}),
        ("%x = trunc nuw nsw i64 %a to i32", I32, {"nuw", "nsw"}),
        ("%x = zext nneg i32 %b to i64", I64, {"nneg"}),
        ("%x = uitofp nneg i32 %b to double", FloatType("double", 8), {"nneg"}),
        ("%x = bitcast i64 %a to <2 x i32>", VectorType(2, I32), set()),
        ("%x = inttoptr i64 %a to ptr addrspace(1)", PtrType(1), set()),
        ("%x = fneg nnan ninf float %f", FloatType("float", 4), {"nnan", "ninf"}),
        ("%x = freeze i64 %a", I64, set()),
    ],
)
def test_what_computes(line: str, of: Type, flags: set[str]) -> None:
    instr = one(line, "void @f(i64 %a, i32 %b, float %f)")
    assert instr.op == line.split()[2]
    assert (instr.name, instr.type, set(instr.flags), instr.text) == ("x", of, flags, line)
    assert isinstance(instr.operands[0], Local)


def test_integers_are_unsigned() -> None:
    first, second = instructions(
        "%x = add i8 %a, -1\n%y = add i128 %b, 340282366920938463463374607431768211455\nret void",
        "void @f(i8 %a, i128 %b)",
    )[:2]
    assert first.operands == (Local("a", I8), Int(255, I8))
    assert second.operands[1] == Int(2**128 - 1, IntType(128))


def test_comparisons_and_selections() -> None:
    body = """
    %x = icmp samesign slt i64 %a, 5
    %y = fcmp nnan ueq <2 x float> %v, zeroinitializer
    %z = select i1 %x, i64 %a, i64 0
    ret void"""
    less, equal, chosen, _ = instructions(body, "void @f(i64 %a, <2 x float> %v)")
    assert (less.predicate, less.type, set(less.flags)) == ("slt", I1, {"samesign"})
    assert (equal.predicate, equal.type, set(equal.flags)) == ("ueq", VectorType(2, I1), {"nnan"})
    assert (chosen.type, len(chosen.operands)) == (I64, 3)


def test_vectors_and_aggregates() -> None:
    body = """
    %a = extractelement <4 x i32> %v, i32 1
    %b = insertelement <4 x i32> %v, i32 %a, i64 3
    %c = shufflevector <4 x i32> %v, <4 x i32> poison, <8 x i32> zeroinitializer
    %d = insertvalue { i8, [2 x i32] } poison, i32 %a, 1, 1
    %e = extractvalue { i8, [2 x i32] } %d, 1, 0
    %g = extractvalue { i8, [2 x i32] } %d, 0
    ret void"""
    a, b, c, d, e, g, _ = instructions(body, "void @f(<4 x i32> %v)")
    assert (a.type, b.type, c.type) == (I32, VectorType(4, I32), VectorType(8, I32))
    assert (d.indices, d.type, len(d.operands)) == ((1, 1), StructType((I8, ArrayType(2, I32))), 2)
    assert (e.indices, e.type, g.type) == ((1, 0), I32, I8)


# memory


def test_loads() -> None:
    body = """
    %a = load volatile i64, ptr %p, align 8
    %b = load atomic i32, ptr %p syncscope("singlethread") acquire, align 4
    %c = load i32, ptr addrspace(256) %q, align 1, !nontemporal !0, !range !1
    ret void"""
    a, b, c, _ = instructions(
        body, "void @f(ptr %p, ptr addrspace(256) %q)", "!0 = !{i32 1}\n!1 = !{i32 0, i32 5}"
    )
    assert (a.type, a.operands, set(a.flags), a.align, a.ordering) == (
        I64,
        (Local("p", PTR),),
        {"volatile"},
        8,
        "",
    )
    assert (set(b.flags), b.ordering, b.align) == ({"atomic", "singlethread"}, "acquire", 4)
    assert (set(c.flags), c.operands, c.align) == ({"nontemporal"}, (Local("q", PtrType(256)),), 1)


def test_stores() -> None:
    body = """
    store i32 7, ptr %p, align 4, !nontemporal !0
    store atomic volatile i32 5, ptr %p seq_cst, align 4
    store <4 x i32> zeroinitializer, ptr %p, align 2
    ret void"""
    a, b, c, _ = instructions(body, "void @f(ptr %p)", "!0 = !{i32 1}")
    assert (a.operands, set(a.flags), a.align, a.name) == (
        (Int(7, I32), Local("p", PTR)),
        {"nontemporal"},
        4,
        "",
    )
    assert (set(b.flags), b.ordering) == ({"atomic", "volatile"}, "seq_cst")
    assert c.operands[0] == Constant("zeroinitializer", VectorType(4, I32))
    assert set(c.flags) == set()


def test_only_metadata_at_the_end_counts() -> None:
    instr = one('call void asm sideeffect "nop ; , !nontemporal !0", ""()', more="!0 = !{i32 1}")
    assert set(instr.flags) == set()
    assert instr.callee == InlineAsm("nop ; , !nontemporal !0", "", True)


def test_read_modify_write() -> None:
    body = """
    %a = cmpxchg weak volatile ptr %p, i32 1, i32 2 syncscope("agent") acq_rel monotonic, align 4
    %b = atomicrmw volatile uinc_wrap ptr %p, i64 3 release, align 8
    %c = atomicrmw xchg ptr %p, ptr null seq_cst, align 8
    ret void"""
    a, b, c, _ = instructions(body, "void @f(ptr %p)")
    assert a.operands == (Local("p", PTR), Int(1, I32), Int(2, I32))
    assert (a.ordering, a.failure_ordering, a.align) == ("acq_rel", "monotonic", 4)
    assert (set(a.flags), a.type) == ({"weak", "volatile", "syncscope"}, StructType((I32, I1)))
    assert (b.predicate, b.ordering, b.type, set(b.flags)) == ("uinc_wrap", "release", I64, {"volatile"})
    assert (c.predicate, c.type, c.operands[1]) == ("xchg", PTR, Constant("null", PTR))


def test_fences() -> None:
    first, second, _ = instructions('fence seq_cst\nfence syncscope("singlethread") acq_rel\nret void')
    assert (first.op, first.ordering, set(first.flags)) == ("fence", "seq_cst", set())
    assert (second.ordering, set(second.flags)) == ("acq_rel", {"singlethread"})


def test_addresses() -> None:
    body = """
    %a = getelementptr inbounds nuw %pair, ptr %p, i64 %n, i32 1, i64 2
    %b = getelementptr i8, ptr %p, <2 x i64> <i64 1, i64 2>
    %c = getelementptr i8, <2 x ptr addrspace(1)> %v, i64 1
    ret void"""
    more = "%pair = type { i32, [4 x i64] }"
    a, b, c, _ = instructions(body, "void @f(ptr %p, i64 %n, <2 x ptr addrspace(1)> %v)", more)
    assert a.source_type == StructType((I32, ArrayType(4, I64)), False, "pair")
    assert a.operands == (Local("p", PTR), Local("n", I64), Int(1, I32), Int(2, I64))
    assert (set(a.flags), a.type) == ({"inbounds", "nuw"}, PTR)
    assert (b.type, c.type) == (VectorType(2, PTR), VectorType(2, PtrType(1)))


def test_stack_slots() -> None:
    body = """
    %a = alloca i32, align 4
    %b = alloca { i8, i64 }, i64 %n, align 32
    %c = alloca i8, i64 1, align 1
    %d = alloca i8, align 2, addrspace(5)
    ret void"""
    a, b, c, d, _ = instructions(body, "void @f(i64 %n)")
    assert (a.source_type, a.type, a.operands, a.align) == (I32, PTR, (), 4)
    assert (b.source_type, b.align, b.operands[1:]) == (StructType((I8, I64)), 32, (Local("n", I64),))
    assert c.operands == ()
    assert (d.type, d.align) == (PtrType(5), 2)


# control


def control(name: str) -> dict[str, BasicBlock]:
    return {b.label: b for b in module(TEXTS["control"]).functions[name].blocks}


def test_branches() -> None:
    blocks = control("jumps")
    assert list(blocks) == ["0", "a", "b c", "b", "end", "on", "off"]
    (branch,) = blocks["0"].instructions
    assert (branch.operands, branch.labels) == ((Local("c", I1),), ("a", "b c"))
    phi, switch = blocks["a"].instructions
    assert phi.operands == (Int(1, I32), Local("p", I32), Int(2**32 - 1, I32))
    assert phi.labels == ("0", "a", "b c")
    assert (switch.labels, switch.cases) == (("b", "a", "b c"), (1, 2**32 - 5))
    (jump,) = blocks["b c"].instructions
    assert (jump.operands, jump.labels) == ((Local("t", PTR),), ("a", "b"))
    (empty,) = blocks["b"].instructions
    assert (empty.labels, empty.cases, empty.operands) == (("end",), (), (Int(3, I8),))
    assert blocks["off"].instructions[0].op == "unreachable"


def test_assembly_that_jumps() -> None:
    (instr,) = control("jumps")["end"].instructions
    assert instr.op == "callbr"
    assert instr.callee == InlineAsm('jmp ${2:l} # ";"', "=r,r,!i,!i,~{memory},~{cc}", True)
    assert instr.labels == ("on", "b", "off")
    assert instr.operands == (Local("x", I32),)
    assert instr.attributes == {"noreturn", "memory(none)"}


def test_exceptions() -> None:
    blocks = control("throws")
    (invoke,) = blocks["0"].instructions
    assert (invoke.op, invoke.labels, invoke.callee) == ("invoke", ("fine", "bad"), Local("p", PTR))
    pad, resume = blocks["bad"].instructions
    assert (set(pad.flags), len(pad.operands), pad.type) == ({"cleanup"}, 2, StructType((PTR, I32)))
    assert (resume.op, resume.operands) == ("resume", (Local("2", StructType((PTR, I32))),))


def test_exceptions_of_windows() -> None:
    blocks = control("pads")
    (switch,) = blocks["switch"].instructions
    assert (switch.labels, switch.operands) == (("one", "two", "clean"), (Constant("none", TOKEN),))
    pad, back = blocks["one"].instructions
    assert (pad.type, pad.operands[0], len(pad.operands)) == (TOKEN, Local("s", TOKEN), 4)
    assert (back.operands, back.labels) == ((Local("o", TOKEN),), ("fine",))
    clean, leave = blocks["clean"].instructions
    assert (clean.operands[1:], leave.labels) == ((Int(7, I32),), ("last",))
    assert blocks["last"].instructions[1].labels == ()


# calls


def test_calls() -> None:
    more = """
    declare fastcc noundef zeroext range(i8 0, 5) i8 @fast(ptr align 8, i32)
    attributes #0 = { nounwind memory(argmem: read) "key"="a value" "word" }"""
    head = "%x = tail call fastcc noundef zeroext i8"
    instr = one(
        f"{head} @fast(ptr noundef nonnull align 8 %p, i32 range(i32 0, 5) 3) #0", "void @f(ptr %p)", more
    )
    assert (instr.callee, instr.type, set(instr.flags)) == (GlobalRef("fast"), I8, {"tail"})
    assert instr.operands == (Local("p", PTR), Int(3, I32))
    assert instr.source_type == FunctionType(I8, (PTR, I32))
    assert instr.attributes == {"nounwind", "memory(argmem: read)", "key=a value", "word"}


def test_calls_with_types_of_their_own() -> None:
    body = """
    call void (i32, ...) %q(i32 %n, double 1.0, ptr null) [ "deopt"(i32 1, ptr %p), "x y"() ]
    call void @takes(ptr sret({ i32, i8 }) align 4 %p, ptr byval([3 x i64]) align 8 %p)
    call void asm "", "=*m"(ptr elementtype(<2 x i64>) %p)
    %r = call nnan <2 x float> %q(float 2.5)
    ret void"""
    more = "declare void @takes(ptr sret({ i32, i8 }), ptr byval([3 x i64]))"
    varied, takes, assembly, vector, _ = instructions(body, "void @f(ptr %p, ptr %q, i32 %n)", more)
    assert varied.source_type == FunctionType(OtherType("void"), (I32,), True)
    assert [v.type for v in varied.operands] == [I32, FloatType("double", 8), PTR]
    assert varied.operands[1] == Constant("float", FloatType("double", 8), "1.000000e+00")
    assert varied.attributes == {"bundle(deopt)", "bundle(x y)"}
    assert takes.element_types == {0: StructType((I32, I8)), 1: ArrayType(3, I64)}
    assert assembly.element_types == {0: VectorType(2, I64)}
    assert (vector.type, set(vector.flags)) == (VectorType(2, FloatType("float", 4)), {"nnan"})


def test_assembly() -> None:
    instr = one(r'%x = call i32 asm inteldialect unwind "mov\09eax,\0A \22\5C1\22", "={eax},~{dirflag}"()')
    assert instr.callee == InlineAsm('mov\teax,\n "\\1"', "={eax},~{dirflag}", False, True, unwinds=True)


def test_metadata_as_an_operand() -> None:
    more = 'declare i64 @llvm.read_register.i64(metadata)\n!0 = !{!"rsp"}'
    instr = one("%x = call i64 @llvm.read_register.i64(metadata !0)", more=more)
    assert instr.operands == (OpaqueValue("!0", OtherType("metadata")),)


# what is not understood


@pytest.mark.parametrize(
    "line",
    [
        "%x = invented i32 %a",
        "%x = add i32 %a",
        "%x = add i32 %a, 1, 2",
        "%x = add i32 %a, 1 more",
        "store i32 1, ptr %p sometimes, align 4",
        "store i32 1, ptr %p, align 4, ptr %q",
        "%x = load i32, ptr %p, align four",
        "%x = cmpxchg ptr %p, i32 1 seq_cst seq_cst",
        "%x = extractvalue { i32 } %a, 1",
        "%x = extractelement i32 %a, i32 1",
        "%x = call unheard @f(",
        "%x = call i32 @f(i32 newly invented)",
        "br i1 %c, label %a, label",
        "br i1 %c, label %a, label %b, label %c",
        "switch i32 %x, label %a [ float 1.0, label %b ]",
        "cleanupret from %x unwind to nobody",
        "fence",
        "fence monotonic monotonic monotonic",
    ],
)
def test_what_is_not_understood_is_said_to_be(line: str) -> None:
    instr = Lines(Reader({}), {}).read(f"  {line} ; comment", lambda node: NOWHERE)
    assert (instr.op, instr.text) == ("unreadable", line)
    assert instr.name == ("x" if line.startswith("%x = ") else "")
    assert len(instr.labels) == line.count("label %")


def test_deep_nesting_is_not_understood() -> None:
    line = "%x = add i32 %a, " + "add (i32 " * 5000 + "1" + ", i32 1)" * 5000
    assert Lines(Reader({}), {}).read(line, lambda node: NOWHERE).op == "unreadable"


def test_every_line_keeps_its_text() -> None:
    for text in TEXTS.values():
        canonical = " ".join(printed(text).split())
        for function in module(text).functions.values():
            for block in function.blocks:
                for instr in block.instructions:
                    assert " ".join(instr.text.split()) in canonical
