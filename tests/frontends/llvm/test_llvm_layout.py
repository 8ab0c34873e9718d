"""Sizes, alignments and offsets: the same as LLVM's own, for any type and several data layouts."""

from __future__ import annotations

from pathlib import Path

import llvmlite.binding as binding
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.errors import GaveOut, InputError
from ordercheck.frontends.llvm.ir import (
    ArrayType,
    FloatType,
    FunctionType,
    IntType,
    OtherType,
    PtrType,
    StructType,
    Type,
    VectorType,
)
from ordercheck.frontends.llvm.layout import X86_64, Layout
from ordercheck.frontends.llvm.module import Module
from tests.frontends.llvm.llvm_reader_helper import FILE, module, parsed
from tests.frontends.llvm.test_llvm_instructions import shown

LAYOUTS = {
    "x86-64": X86_64,
    "x86-64 before LLVM 18": "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128",
    "windows": "e-m:w-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128",
    "x32": "e-m:e-p:32:32-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128",
    "odd": "e-p3:16:8-i16:8-i64:32-f64:32-f128:64-v64:32-v128:256-a:64",
    "none but little-endian": "e",
}
SCALARS: list[Type] = [
    *(IntType(n) for n in (1, 7, 8, 9, 16, 24, 32, 33, 48, 64, 65, 96, 128, 129, 256, 1000)),
    *(FloatType(name, size) for name, size in (("half", 2), ("bfloat", 2), ("float", 4), ("double", 8))),
    *(FloatType("x86_fp80", 10), FloatType("fp128", 16)),
    *(PtrType(n) for n in (0, 3, 256, 270, 272)),
]
ELEMENTS = [t for t in SCALARS if t != FloatType("x86_fp80", 10)]
LEAVES: st.SearchStrategy[Type] = st.one_of(
    st.sampled_from(SCALARS),
    st.builds(VectorType, st.integers(1, 33), st.sampled_from(ELEMENTS)),
    st.just(VectorType(3, FloatType("x86_fp80", 10))),
)
TYPES: st.SearchStrategy[Type] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(ArrayType, st.integers(0, 5), inner)
        | st.builds(StructType, st.lists(inner, max_size=4).map(tuple), st.booleans())
    ),
    max_leaves=12,
)


def literal(of: Type) -> str:
    """A type as it is written; an empty structure as LLVM takes it."""
    return shown(of).replace("{  }", "{}")


@pytest.mark.parametrize("name", LAYOUTS)
@settings(derandomize=True, deadline=None, max_examples=120)
@given(of=st.lists(TYPES, min_size=1, max_size=6))
def test_the_layout_is_llvms(name: str, of: list[Type]) -> None:
    struct = StructType(tuple(of))
    text = (
        f'target datalayout = "{LAYOUTS[name]}"\n%whole = type {literal(struct)}\n@g = global %whole undef\n'
    )
    theirs = parsed(text)
    data = binding.create_target_data(theirs.data_layout)
    whole = theirs.get_global_variable("g").global_value_type
    found = Module(Path(FILE), str(theirs))
    ours, layout = found.types["whole"], found.layout
    assert (ours.fields, ours.name) == (struct.fields, "whole")
    assert layout.size(ours) == data.get_abi_size(whole)
    assert layout.align(ours) == data.get_abi_alignment(whole)
    for index, (field, element) in enumerate(zip(of, whole.elements, strict=True)):
        assert layout.offset(ours, index) == data.get_element_offset(whole, index)
        assert layout.size(field) == data.get_abi_size(element)
        assert layout.align(field) == data.get_abi_alignment(element)


@pytest.mark.parametrize(
    ("of", "stored", "allocated"),
    [
        (IntType(1), 1, 1),
        (IntType(24), 3, 4),
        (IntType(65), 9, 16),
        (FloatType("x86_fp80", 10), 10, 16),
        (VectorType(3, IntType(8)), 3, 4),
        (VectorType(9, IntType(1)), 2, 2),
        (VectorType(3, IntType(64)), 24, 32),
        (VectorType(64, IntType(8)), 64, 64),
        (ArrayType(3, IntType(24)), 12, 12),
        (StructType((IntType(64), IntType(8))), 16, 16),
        (StructType((IntType(64), IntType(8)), True), 9, 9),
        (ArrayType(2**62, ArrayType(2**62, IntType(8))), 2**124, 2**124),
        (OtherType("x86_amx"), 1024, 1024),
        (OtherType("void"), 0, 0),
    ],
)
def test_bytes_that_a_store_touches(of: Type, stored: int, allocated: int) -> None:
    layout = Layout()
    assert (layout.store_size(of), layout.size(of)) == (stored, allocated)


@pytest.mark.parametrize(
    "of",
    [
        VectorType(4, IntType(32), True),
        StructType(None, False, "hidden"),
        OtherType('target("spirv.Image")'),
        FunctionType(OtherType("void"), ()),
        StructType((IntType(8), OtherType("unreadable"))),
    ],
)
def test_what_has_no_known_size_is_not_guessed(of: Type) -> None:
    with pytest.raises(GaveOut, match="the size of"):
        Layout().size(of)


def test_a_module_without_a_layout_has_that_of_x86_64() -> None:
    assert module("").layout.align(IntType(128)) == 16
    assert module("").layout.size(PtrType(270)) == 4


def test_big_endian_memory_is_refused() -> None:
    with pytest.raises(InputError, match="big-endian") as caught:
        Layout("E-i64:64", "file.ll")
    assert caught.value.file == "file.ll"


def test_types_that_double_at_each_step_are_quick() -> None:
    lines = [f"%t{n} = type {{ %t{n + 1}, %t{n + 1} }}" for n in range(60)]
    found = module("\n".join([*lines, "%t60 = type { i64 }", "@g = external global %t0"]))
    assert found.layout.size(found.types["t0"]) == 8 * 2**60
