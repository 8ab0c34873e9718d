"""Texts of LLVM IR that between them hold every kind of instruction and constant, and how tests read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import llvmlite.binding as binding

from ordercheck.frontends.llvm.ir import Instruction
from ordercheck.frontends.llvm.module import Module

FILE = "some.ll"
X86_64 = (
    'target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"'
)


_CONTEXTS: list[Any] = []


def parsed(text: str) -> Any:
    """What LLVM itself makes of a text."""
    # a context of its own, else a type of a name that another text has is given another; it must
    # outlive all that is made in it, whatever order things are let go in
    _CONTEXTS.append(binding.create_context())
    module = binding.parse_assembly(text, context=_CONTEXTS[-1])
    module.verify()
    return module


def printed(text: str) -> str:
    """A text as LLVM itself writes it."""
    return str(parsed(text))


def module(text: str) -> Module:
    """The module that a text is."""
    return Module(Path(FILE), printed(text), text)


def instructions(body: str, head: str = "void @f()", more: str = "") -> list[Instruction]:
    """The instructions of a function with that head and body; `more` stands before it."""
    text = f"{more}\ndefine {head} {{\n{body}\n}}\n"
    name = head.partition("@")[2].partition("(")[0]
    return [i for b in module(text).functions[name].blocks for i in b.instructions]


def one(line: str, head: str = "void @f()", more: str = "") -> Instruction:
    """The first instruction of a function that begins with this line and returns nothing."""
    return instructions(f"{line}\nret void", head, more)[0]


ARITHMETIC = """
define <2 x float> @vectors(<2 x float> %a, <2 x float> %b, <4 x i32> %c, i32 %i, <vscale x 2 x i64> %s) {
  %n = fneg fast <2 x float> %a
  %d = fdiv nnan ninf <2 x float> %n, %b
  %r = frem <2 x float> %d, splat (float 0x3FB99999A0000000)
  %j = fsub <2 x float> %r, %a
  %l = fmul contract <2 x float> %j, %a
  %k = fcmp ueq <2 x float> %l, zeroinitializer
  %e = extractelement <4 x i32> %c, i32 %i
  %w = insertelement <4 x i32> %c, i32 %e, i64 3
  %h = shufflevector <4 x i32> %w, <4 x i32> poison, <8 x i32> splat (i32 1)
  %g = shufflevector <8 x i32> %h, <8 x i32> undef, <2 x i32> zeroinitializer
  %m = icmp samesign ult <2 x i32> %g, splat (i32 -7)
  %v = add <vscale x 2 x i64> %s, splat (i64 5)
  %q = select fast <2 x i1> %k, <2 x float> %a, <2 x float> %b
  %z = select i1 true, <2 x float> %q, <2 x float> %r
  ret <2 x float> %z
}
define i64 @numbers(i64 %a, i32 %b, i8 %c, double %d, i128 %e, i37 %o, half %h) {
  %1 = add nuw nsw i64 %a, -1
  %2 = sub i64 %1, 9223372036854775808
  %3 = mul nsw i64 %2, 3
  %4 = udiv exact i64 %3, 4
  %5 = sdiv i64 %4, -4
  %6 = urem i64 %5, 7
  %7 = srem i64 %6, 7
  %8 = shl nuw i64 %7, 1
  %9 = lshr exact i64 %8, 1
  %10 = ashr i64 %9, 1
  %11 = and i64 %10, 255
  %12 = or disjoint i64 %11, 256
  %13 = xor i64 %12, -1
  %14 = trunc nuw nsw i64 %13 to i32
  %15 = zext nneg i32 %14 to i64
  %16 = sext i8 %c to i64
  %17 = fptrunc double %d to float
  %18 = fpext float %17 to double
  %19 = fptoui double %18 to i32
  %20 = fptosi double %d to i64
  %21 = uitofp nneg i32 %19 to double
  %22 = sitofp i32 %b to x86_fp80
  %23 = fadd x86_fp80 %22, 0xK3FFF8000000000000000
  %24 = bitcast double %21 to i64
  %25 = icmp eq i64 %24, %20
  %26 = freeze i1 %25
  %27 = add i128 %e, 340282366920938463463374607431768211455
  %28 = add i37 %o, -1
  %29 = fcmp uno half %h, 0xH7E00
  %30 = bitcast i64 %15 to <2 x i32>
  ret i64 %16
}
"""

MEMORY = """
%pair = type { i32, [4 x i64] }
%"a b" = type <{ i8, %pair }>
@g = external global %pair
@slot = external global ptr
@v = thread_local(initialexec) global i32 3
define void @memory(ptr %p, ptr addrspace(256) %q, i64 %n, <2 x ptr> %ps, ptr inreg %r) {
  %a = alloca i32, align 4
  %b = alloca %"a b", i64 %n, align 16
  %c = alloca inalloca [3 x i8], align 1
  %d = getelementptr inbounds nuw %pair, ptr %p, i64 %n, i32 1, i64 2
  %e = getelementptr i8, ptr addrspace(256) %q, i32 -8
  %f = getelementptr %pair, <2 x ptr> %ps, <2 x i64> <i64 1, i64 -2>, i32 1
  %h = getelementptr i8, ptr %p, <2 x i64> <i64 1, i64 2>
  %i = load volatile i64, ptr %d, align 8
  %j = load atomic i32, ptr %a syncscope("singlethread") acquire, align 4
  %k = load i32, ptr addrspace(256) %e, align 1, !nontemporal !0, !range !1
  store i32 %k, ptr %p, align 4, !nontemporal !0
  store atomic volatile i32 5, ptr %p release, align 4
  store ptr @g, ptr %r, align 1
  %l = cmpxchg weak volatile ptr %p, i32 1, i32 %j syncscope("agent") acq_rel monotonic, align 4
  %m = extractvalue { i32, i1 } %l, 0
  %o = insertvalue { i32, { i8, [2 x i32] } } poison, i32 %m, 1, 1, 0
  %s = atomicrmw volatile add ptr %p, i32 1 seq_cst, align 4
  %t = atomicrmw uinc_wrap ptr %p, i64 %i monotonic, align 8
  %u = atomicrmw fmax ptr %p, float 1.5 acquire, align 4
  %w = atomicrmw xchg ptr %p, ptr null release, align 8
  fence seq_cst
  fence syncscope("singlethread") acquire
  %x = ptrtoint ptr %p to i64
  %y = inttoptr i64 %x to ptr
  %z = addrspacecast ptr %y to ptr addrspace(257)
  %aa = ptrtoaddr ptr %y to i64
  %bb = extractvalue { [2 x i32] } zeroinitializer, 0, 1
  %cc = load ptr, ptr @slot, align 8
  ret void
}
!0 = !{i32 1}
!1 = !{i32 0, i32 5}
"""

CONTROL = """
declare void @callee(i32, ...)
declare fastcc noundef zeroext range(i8 0, 5) i8 @fast(
    ptr noalias align 8 dereferenceable(8) captures(none), i32 range(i32 0, 5) "some"="text")
declare void @takes(ptr sret({ i32, i8 }) align 4, ptr byval([3 x i64]) align 8)
declare i32 @personality(...)
declare void @llvm.assume(i1)
declare i64 @llvm.read_register.i64(metadata)
@where = global [2 x ptr] [ptr blockaddress(@jumps, %a), ptr blockaddress(@jumps, %b)]
define i32 @jumps(i32 %x, ptr %t, i1 %c) {
  br i1 %c, label %a, label %"b c"
a:
  %p = phi i32 [ 1, %0 ], [ %p, %a ], [ -1, %"b c" ]
  switch i32 %x, label %b [
    i32 1, label %a
    i32 -5, label %"b c"
  ]
"b c":
  indirectbr ptr %t, [label %a, label %b]
b:
  switch i8 3, label %end [
  ]
end:
  %r = callbr i32 asm sideeffect "jmp ${2:l} # \\22;\\22", "=r,r,!i,!i,~{memory},~{cc}"(i32 %x) #1
          to label %on [label %b, label %off]
on:
  ret i32 %r
off:
  unreachable
}
define void @calls(ptr %f, ptr %p) #0 {
  %1 = tail call fastcc noundef zeroext i8 @fast(ptr noundef nonnull align 8 %p, i32 range(i32 0, 5) 3) #1
  ret void
}
define void @thunk(i32 %n, ...) {
  musttail call void (i32, ...) @callee(i32 4, ...)
  ret void
}
define void @more(ptr %f, ptr %p, i32 %n) {
  call void (i32, ...) %f(i32 %n, double 1.0, ptr null) [ "deopt"(i32 1, ptr %p), "x y"() ]
  call void @takes(ptr sret({ i32, i8 }) align 4 %p, ptr byval([3 x i64]) align 8 %p)
  call void asm "", "=*m,*m"(ptr elementtype(i64) %p, ptr elementtype([2 x i8]) %f)
  %1 = call nnan float %f(float 2.5)
  %2 = notail call i32 asm inteldialect unwind "mov eax, 1", "={eax},~{dirflag}"()
  %3 = call i64 @llvm.read_register.i64(metadata !0)
  call void @llvm.assume(i1 true) [ "align"(ptr %p, i64 8) ]
  %4 = call addrspace(0) <2 x i32> %f()
  %5 = va_arg ptr %p, i32
  ret void
}
define i32 @throws(ptr %p) personality ptr @personality {
  %1 = invoke i32 %p(i32 1) #1
          to label %fine unwind label %bad
fine:
  ret i32 %1
bad:
  %2 = landingpad { ptr, i32 }
          cleanup
          catch ptr null
          filter [1 x ptr] [ptr @personality]
  resume { ptr, i32 } %2
}
define void @pads(ptr %p) personality ptr @__CxxFrameHandler3 {
  invoke void %p() to label %fine unwind label %switch
fine:
  ret void
switch:
  %s = catchswitch within none [label %one, label %two] unwind label %clean
one:
  %o = catchpad within %s [ptr null, i32 64, ptr null]
  catchret from %o to label %fine
two:
  %t = catchpad within %s []
  call void %p() [ "funclet"(token %t) ]
  unreachable
clean:
  %c = cleanuppad within none [i32 7]
  cleanupret from %c unwind label %last
last:
  %l = cleanuppad within none []
  cleanupret from %l unwind to caller
}
declare i32 @__CxxFrameHandler3(...)
attributes #0 = { nounwind memory(argmem: read, inaccessiblemem: write) allockind("alloc,zeroed")
    "key"="a=b" "word" uwtable }
attributes #1 = { noreturn memory(none) }
!0 = !{!"rsp\\00"}
"""

_CONSTANTS = """
source_filename = "a \\22b\\22.c"
target triple = "x86_64-unknown-linux-gnu"
module asm ".globl here"
$same = comdat any
%empty = type {}
%hidden = type opaque
%0 = type { %empty, i8 }
@text = private unnamed_addr constant [6 x i8] c"a\\22\\5C\\00\\FFz", align 1
@"a name = b" = internal global %0 { %empty zeroinitializer, i8 -1 }, section "some section", align 16
@0 = global [2 x <{ i8, i32 }>] [<{ i8, i32 }> <{ i8 1, i32 2 }>, <{ i8, i32 }> undef]
@same = linkonce_odr dso_local global i32 0, comdat
@declared = extern_weak hidden global i32
@shared = common global [9 x i64] zeroinitializer, align 8
@elsewhere = external global %hidden
@gone = available_externally constant ptr null
@moved = global ptr getelementptr inbounds ([9 x i64], ptr @shared, i64 0, i64 3)
@table = constant { [3 x ptr] } { [3 x ptr] [ptr null, ptr inttoptr (i64 5 to ptr), ptr @used] }
@inside = global ptr getelementptr inbounds inrange(-16, 8) ({ [3 x ptr] }, ptr @table, i32 0, i32 0, i32 2)
@relative = global i32 trunc (
    i64 sub (i64 ptrtoint (ptr @used to i64), i64 ptrtoint (ptr @relative to i64)) to i32)
@mixed = global i64 xor (i64 add (i64 ptrtoint (ptr @text to i64), i64 1), i64 -1)
@far = global ptr addrspace(1) addrspacecast (ptr @text to ptr addrspace(1))
@floats = global { half, bfloat, float, double, x86_fp80, fp128 }
    { half 0xH3C00, bfloat 0xR3F80, float -1.5, double 1.000000e+300
    , x86_fp80 0xK4000C8F5C28F5C28F800, fp128 0xL00000000000000004000921FB54442D1 }
@vector = global <4 x i16> <i16 1, i16 -1, i16 poison, i16 4>
@splat = global <16 x i8> splat (i8 7)
@same_function = global ptr dso_local_equivalent @used
@no_check = global ptr no_cfi @used
@signed = global ptr ptrauth (ptr @used, i32 0, i64 1234)
@large = global [COUNT x i32] [ELEMENTS], section "big"
@string = global [COUNT x i8] c"CHARACTERS"
@alias = alias i32, ptr @same
@weak_alias = weak hidden alias i8, getelementptr (i8, ptr @shared, i64 8)
@chosen = ifunc void (), ptr @used
@tls = external thread_local(localdynamic) global i32
define internal fastcc ptr @used() unnamed_addr section "text" align 32 !kind !0 {
  ret ptr @chosen
}
define weak_odr void @"quoted \\22 name"(ptr %"a b", i32 %"0", i32 %0, i32 %1) {
  %"x;y" = add i32 %"0", %1
  %3 = add i32 %"x;y", %0
  ret void
}
declare !kind !0 dereferenceable(8) ptr @outside(ptr byval(%0), i32, ...) #0
attributes #0 = { cold alignstack=16 }
!0 = !{}
"""


def constants(count: int) -> str:
    """Every kind of constant; two of them have that many elements."""
    text = _CONSTANTS.replace("COUNT", str(count)).replace("CHARACTERS", "x" * count)
    return text.replace("ELEMENTS", ", ".join(["i32 1"] * count))


CONSTANTS = constants(5000)
TEXTS = {"arithmetic": ARITHMETIC, "memory": MEMORY, "control": CONTROL, "constants": CONSTANTS}
