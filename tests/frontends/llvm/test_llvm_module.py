"""Modules: functions with their blocks and parameters, globals, aliases, types, and what is said of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.llvm.ir import (
    PTR,
    Aggregate,
    ArrayType,
    Constant,
    ConstantExpr,
    FloatType,
    FunctionType,
    GlobalRef,
    Int,
    IntType,
    OpaqueValue,
    OtherType,
    PtrType,
    StructType,
    VectorType,
)
from ordercheck.frontends.llvm.module import MAX_INITIALIZER, Module
from ordercheck.frontends.llvm.values_text import MAX_ELEMENTS
from tests.frontends.llvm.llvm_reader_helper import CONSTANTS, CONTROL, FILE, MEMORY, module

I8, I16, I32, I64 = (IntType(n) for n in (8, 16, 32, 64))
VOID = OtherType("void")
QUOTED = r'"quoted \22 name"'


@pytest.fixture(scope="module")
def constants() -> Module:
    return module(CONSTANTS)


# functions


def test_the_head_of_a_definition(constants: Module) -> None:
    used = constants.functions["used"]
    assert (used.type, used.linkage, used.params) == (FunctionType(PTR, ()), "internal", ())
    assert [b.label for b in used.blocks] == ["0"]
    assert constants.defined() == ["used", QUOTED]


def test_the_head_of_a_declaration(constants: Module) -> None:
    outside = constants.functions["outside"]
    assert outside.blocks == ()
    assert outside.type == FunctionType(PTR, (PTR, I32), True)
    assert [(p.name, p.attributes) for p in outside.params] == [("0", {"byval"}), ("1", frozenset())]
    assert outside.attributes == {"cold", "alignstack=16"}
    assert outside.linkage == ""


def test_names_and_numbers_are_told_apart(constants: Module) -> None:
    quoted = constants.functions[QUOTED]
    assert [p.name for p in quoted.params] == ["a b", '"0"', "0", "1"]
    assert quoted.linkage == "weak_odr"
    (block,) = quoted.blocks
    # the entry has the number behind those of the parameters without names
    assert block.label == "2"
    assert [i.name for i in block.instructions] == ["x;y", "3", ""]
    assert [getattr(v, "name", "") for v in block.instructions[0].operands] == ['"0"', "1"]


def test_attributes_of_functions_and_parameters() -> None:
    control = module(CONTROL)
    assert control.functions["calls"].attributes == {
        *("nounwind", "memory(argmem: read, inaccessiblemem: write)", 'allockind("alloc,zeroed")'),
        *("key=a=b", "word", "uwtable"),
    }
    fast = control.functions["fast"]
    assert fast.type == FunctionType(I8, (PTR, I32))
    assert [(p.name, p.type) for p in fast.params] == [("0", PTR), ("1", I32)]
    assert fast.params[0].attributes == {"noalias", "align", "dereferenceable", "captures"}
    assert fast.params[1].attributes == {"range", "some"}
    assert control.functions["callee"].type == FunctionType(VOID, (I32,), True)


def test_functions_are_read_when_asked_for(constants: Module) -> None:
    assert constants.functions["used"] is constants.functions["used"]
    assert "nobody" not in constants.functions
    assert constants.functions.get("nobody") is None
    assert len(constants.functions) == len(list(constants.functions)) == 3


def test_a_head_that_is_not_understood_is_an_error() -> None:
    damaged = Module(Path(FILE), "define new type @f() {\n  ret void\n}\n")
    with pytest.raises(InputError, match="cannot read the head of function f"):
        damaged.functions["f"]


def test_the_text_of_bodies_is_searched() -> None:
    memory = module(MEMORY)
    assert memory.holds("memory", ["absent", "!nontemporal"])
    assert memory.holds("memory", ["  fence "])
    assert not memory.holds("memory", ["absent", "define"])
    control = module(CONTROL)
    assert not control.holds("fast", ["dereferenceable"])
    assert [name for name in control.defined() if control.holds(name, [" asm "])] == ["jumps", "more"]


# globals


@pytest.mark.parametrize(
    ("name", "of", "constant", "linkage", "initializer"),
    [
        ("same", I32, False, "linkonce_odr", Int(0, I32)),
        ("declared", I32, False, "extern_weak", None),
        ("shared", ArrayType(9, I64), False, "common", Constant("zeroinitializer", ArrayType(9, I64))),
        ("gone", PTR, True, "available_externally", Constant("null", PTR)),
        ("tls", I32, False, "external", None),
        ("no_check", PTR, False, "", OpaqueValue("no_cfi @used", PTR)),
        ("signed", PTR, False, "", OpaqueValue("ptrauth(ptr @used, i32 0, i64 1234)", PTR)),
        ("splat", VectorType(16, I8), False, "", Aggregate((Int(7, I8),) * 16, VectorType(16, I8))),
        ("string", ArrayType(5000, I8), False, "", OpaqueValue("5000 elements", ArrayType(5000, I8))),
    ],
)
def test_variables(
    constants: Module, name: str, of: object, constant: bool, linkage: str, initializer: object
) -> None:
    found = constants.globals[name]
    assert (found.name, found.type, found.constant, found.linkage) == (name, of, constant, linkage)
    assert found.initializer == initializer
    assert found.thread_local == (name == "tls")


def test_texts_and_sections(constants: Module) -> None:
    text = constants.globals["text"].initializer
    assert text == Aggregate(tuple(Int(b, I8) for b in b'a"\\\0\xffz'), ArrayType(6, I8))
    assert constants.globals["a name = b"].section == "some section"
    large = constants.globals["large"]
    assert (large.initializer, large.section) == (OpaqueValue("5000 elements", ArrayType(5000, I32)), "big")
    assert MAX_ELEMENTS < 5000


def test_structures(constants: Module) -> None:
    found = constants.globals["a name = b"]
    of = constants.types["0"]
    assert of == StructType((StructType((), False, "empty"), I8), False, "0")
    assert (found.type, found.linkage) == (of, "internal")
    assert found.initializer == Aggregate(
        (Constant("zeroinitializer", constants.types["empty"]), Int(255, I8)), of
    )
    packed = StructType((I8, I32), True)
    assert constants.globals["0"].initializer == Aggregate(
        (Aggregate((Int(1, I8), Int(2, I32)), packed), Constant("undef", packed)), ArrayType(2, packed)
    )
    assert constants.types["hidden"] == StructType(None, False, "hidden")


def test_expressions(constants: Module) -> None:
    moved, inside, relative, mixed, far = (
        constants.globals[n].initializer for n in ("moved", "inside", "relative", "mixed", "far")
    )
    nine = ArrayType(9, I64)
    assert isinstance(moved, ConstantExpr)
    assert moved.op == "getelementptr"
    # LLVM may write the index as bytes
    assert moved.operands[0] == GlobalRef("shared")
    assert (moved.source_type, moved.operands[1:]) in (
        (nine, (Int(0, I64), Int(3, I64))),
        (I8, (Int(24, I64),)),
    )
    assert isinstance(inside, ConstantExpr)
    assert inside.operands[0] == GlobalRef("table")
    used, itself = (ConstantExpr("ptrtoint", (GlobalRef(n),), I64) for n in ("used", "relative"))
    assert relative == ConstantExpr("trunc", (ConstantExpr("sub", (used, itself), I64),), I32)
    assert isinstance(mixed, ConstantExpr)
    assert (mixed.op, mixed.operands[1]) == ("xor", Int(2**64 - 1, I64))
    assert far == ConstantExpr("addrspacecast", (GlobalRef("text"),), PtrType(1))


def test_floating_point(constants: Module) -> None:
    floats = constants.globals["floats"].initializer
    assert isinstance(floats, Aggregate)
    assert floats.elements[2] == Constant("float", FloatType("float", 4), "-1.500000e+00")
    assert all(isinstance(e, Constant) and e.kind == "float" for e in floats.elements)
    assert [getattr(e.type, "size", 0) for e in floats.elements] == [2, 2, 4, 8, 10, 16]
    vector = constants.globals["vector"].initializer
    assert isinstance(vector, Aggregate)
    assert vector.elements == (Int(1, I16), Int(2**16 - 1, I16), Constant("poison", I16), Int(4, I16))


def test_variables_by_name(constants: Module) -> None:
    assert constants.variable("same") is constants.globals["same"]
    assert constants.variable("used") is None


def test_what_is_too_large_is_not_looked_into() -> None:
    text = "@x = internal constant [3 x i64] [" + "i64 1, " * (MAX_INITIALIZER // 7) + "i64 2]\n"
    found = Module(Path(FILE), text).globals["x"]
    assert (found.type, found.linkage, found.constant) == (ArrayType(3, I64), "internal", True)
    assert isinstance(found.initializer, OpaqueValue)


def test_what_is_not_understood_is_opaque() -> None:
    damaged = Module(
        Path(FILE), "@x = global i32 new\n@y = global new 1\n@z = alias new\n@e = global i32 (\n"
    )
    assert isinstance(damaged.globals["x"].initializer, OpaqueValue)
    assert damaged.globals["y"].type == OtherType("unreadable")
    assert isinstance(damaged.globals["y"].initializer, OpaqueValue)
    assert damaged.aliases["z"] == OpaqueValue("alias", PTR)
    assert damaged.globals["e"].initializer is not None


# aliases


def test_aliases(constants: Module) -> None:
    assert list(constants.aliases) == ["alias", "weak_alias", "chosen"]
    assert constants.aliases["alias"] == GlobalRef("same")
    assert constants.aliases["weak_alias"] == ConstantExpr(
        "getelementptr", (GlobalRef("shared"), Int(8, I64)), PTR, I8
    )
    assert constants.aliases["chosen"] == OpaqueValue("ifunc", PTR)
    assert [constants.linkage(n) for n in constants.aliases] == ["", "weak", ""]


# types and the module as a whole


def test_a_named_type_is_one_object(constants: Module) -> None:
    assert constants.types["0"] is constants.types["0"]
    fields = constants.types["0"].fields
    assert fields is not None
    assert fields[0] is constants.types["empty"]


def test_a_type_within_itself_has_no_end_but_is_read() -> None:
    # LLVM takes none such
    damaged = Module(Path(FILE), "%a = type { i32, %b }\n%b = type { %a }\n")
    assert damaged.types["a"].fields is not None


def test_types_nested_too_deeply_are_an_error() -> None:
    lines = [f"%t{i} = type {{ %t{i + 1} }}" for i in range(5000)]
    with pytest.raises(InputError, match="type t0"):
        Module(Path(FILE), "\n".join(lines) + "\n").types["t0"]


def test_what_is_said_of_the_module(constants: Module) -> None:
    assert constants.source_filename == 'a "b".c'
    assert constants.triple == "x86_64-unknown-linux-gnu"
    assert constants.has_module_asm
    assert not constants.kernel
    assert not module(MEMORY).has_module_asm


def test_the_kernel_is_known_by_its_code_model() -> None:
    flags = '!llvm.module.flags = !{{!0}}\n!0 = !{{i32 1, !"Code Model", i32 {}}}'
    assert module(flags.format(2)).kernel
    assert not module(flags.format(1)).kernel


def test_the_layout_is_the_modules_own() -> None:
    assert module('target datalayout = "e-i64:32"').layout.align(I64) == 4
    assert module("").layout.align(I64) == 8


# where instructions without debug information stand


def test_instructions_are_found_in_the_file() -> None:
    text = """; first

define i32 @"a b"(i32 %x)
    #0 {
  ret i32 1 }
define i32 @g(i32 %x) { ; comment
entry:

    %y = add i32 %x, 1   ; more
  switch i32 %y, label %out [
    i32 1, label %entry2
  ]
entry2:
        br label %out
out:
  tail call void @h()
  ret i32 0
}
declare void @h()
attributes #0 = { cold }
"""
    found = module(text)
    sources = [i.source for b in found.functions["g"].blocks for i in b.instructions]
    assert [(s.line, s.column) for s in sources] == [(9, 5), (10, 3), (14, 9), (16, 3), (17, 3)]
    assert {(s.file, s.function) for s in sources} == {(FILE, "g")}
    # two lines of head: not found, and so no line is said
    (only,) = found.functions["a b"].blocks[0].instructions
    assert (only.source.file, only.source.line, only.source.function) == (FILE, 0, "a b")


def test_other_instructions_than_the_files_have_no_lines() -> None:
    text = "define i32 @f(i32 %x) {\n  %y = add i32 %x, 1 %z = add i32 %y, 2\n  ret i32 %z\n}\n"
    lines = [i.source.line for b in module(text).functions["f"].blocks for i in b.instructions]
    assert lines == [0, 0, 0]


def test_carriage_returns_do_not_hide_lines() -> None:
    text = "define void @f() {\r\n  fence seq_cst\r\n  ret void\r\n}\r\n"
    lines = [i.source.line for b in module(text).functions["f"].blocks for i in b.instructions]
    assert lines == [2, 3]
