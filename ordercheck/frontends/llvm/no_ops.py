"""Intrinsics that touch no memory of the program, by what they are for (LangRef, "Intrinsic Functions").

All of them are listed here, once. Each question is of some of the groups; why not of more is said with it.
"""

from __future__ import annotations

_VARIABLES = ("llvm.lifetime.", "llvm.dbg.")
"""When a stack slot is in use, and which variable it is."""
_ASSUMED = ("llvm.assume",)
_ALIASES = ("llvm.experimental.noalias.",)
"""Which accesses the compiler may take to be of different memory."""
_UNCHANGED = ("llvm.invariant.",)
_LIKELY = ("llvm.expect",)
_POINTERS = ("llvm.launder.", "llvm.strip.", "llvm.ptr.annotation", "llvm.threadlocal.address")
"""What they return points where their argument does."""
_NUMBERS = ("llvm.annotation",)
_MARKS = (
    *("llvm.var.annotation", "llvm.donothing", "llvm.sideeffect", "llvm.pseudoprobe", "llvm.instrprof."),
    *("llvm.codeview.", "llvm.fake.use", "llvm.prefetch"),
)
"""For other tools, and for the cache."""
_ASKS = (
    *("llvm.is.constant", "llvm.objectsize", "llvm.allow.", "llvm.type.test", "llvm.read_register"),
    *("llvm.returnaddress", "llvm.frameaddress", "llvm.addressofreturnaddress"),
    *("llvm.get.dynamic.area.offset", "llvm.protected.field.ptr", "llvm.readcyclecounter", "llvm.x86.rdtsc"),
)
"""About the program, the stack, or the processor."""
_BOOKKEEPING = (
    *("llvm.stacksave", "llvm.stackrestore", "llvm.localescape", "llvm.va_end", "llvm.eh."),
    *("llvm.write_register", "llvm.x86.avx.vzero", "llvm.x86.sse2.pause"),
)
"""On the stack alone, or in registers."""
_ALL = (
    *(*_VARIABLES, *_ASSUMED, *_ALIASES, *_UNCHANGED, *_LIKELY, *_POINTERS, *_NUMBERS),
    *(*_MARKS, *_ASKS, *_BOOKKEEPING),
)
_HANDS_ON_POINTER = (*_POINTERS, *_LIKELY)
_HANDS_ON = (*_HANDS_ON_POINTER, *_NUMBERS)
_COMES_AND_GOES = (*_VARIABLES, *_ASSUMED, *_ALIASES)
_TELLS_NOTHING = (*_VARIABLES, *_ASSUMED, *_UNCHANGED, *_LIKELY)


def is_no_op(name: str) -> bool:
    """Whether it touches no memory of the program, or only its own bookkeeping on the stack."""
    return name.startswith(_ALL)


def is_about_variables(name: str) -> bool:
    """Whether it does nothing with the stack slot that it is given but to say what that is.

    Not so what has a result: by way of it the address goes on.
    """
    return name.startswith(_VARIABLES)


def comes_and_goes(name: str) -> bool:
    """Whether it is there or not by the options of the compiler, and the code is the same.

    Not so what has a result that other instructions are about, or what the source itself says.
    """
    return name.startswith(_COMES_AND_GOES)


def tells_nothing(name: str) -> bool:
    """Whether what was known of memory that others have too is known behind it.

    Not said of what may be part of a loop that waits for others (a clock, a pause, a mark), nor of
    what LLVM says of itself that it touches memory out of sight.
    """
    return name.startswith(_TELLS_NOTHING)


def hands_on_pointer(name: str) -> bool:
    """Whether its result, where that is a pointer, is its first argument."""
    return name.startswith(_HANDS_ON_POINTER)


def hands_on(name: str) -> bool:
    """Whether its result, a pointer or a number, is its first argument."""
    return name.startswith(_HANDS_ON)
