"""What each instruction of x86 does: programs of one thread and their final state."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ordercheck.program.ir import LOCKED, NT, Fence, Havoc, Load, Rmw, Store
from tests.frontends.litmus.litmus_helper import body, final, read, states

WIDE = "int64_t 0:rax=-1; int64_t 0:rbx=0x1122334455667788; int64_t 0:rcx; int64_t 0:rdx;"


@pytest.mark.parametrize(
    ("code", "init", "shown"),
    [
        # moves of each size: 4 bytes clear the upper half, 1 and 2 leave the rest
        ("movq %rbx,%rax", WIDE, "0:rax=1234605616436508552;"),
        ("movl %ebx,%eax", WIDE, "0:rax=1432778632;"),
        ("movw %bx,%ax", WIDE, "0:rax=-34936;"),
        ("movb %bl,%al", WIDE, "0:rax=-120;"),
        ("movb %bh,%ah", WIDE, "0:rax=-34817;"),
        ("movb $1,%ah", WIDE, "0:rax=-65025;"),
        ("movl $-1,%eax", WIDE, "0:rax=4294967295;"),
        ("movq $-1,%rax", "int64_t 0:rax;", "0:rax=-1;"),
        ("movabs $0x1122334455667788,%rax", WIDE, "0:rax=1234605616436508552;"),
        ("mov %ebx,%eax", WIDE, "0:rax=1432778632;"),
        ("mov $5,%al", "0:rax=256;", "0:rax=261;"),
        ("movl (x),%eax", f"{WIDE} int64_t x=-2;", "0:rax=4294967294;"),
        ("movq (x),%rax", f"{WIDE} int64_t x=-2;", "0:rax=-2;"),
        ("movw (x),%ax", f"{WIDE} x=0x10000;", "0:rax=-65536;"),
        ("mov (x),%rax", f"{WIDE} x=7;", "0:rax=7;"),
        ("movl $1,(x); movw $2,(x); movb $3,(x)", "x=-1;", "[x]=3;"),
        ("movb $3,(x)", "x=-1;", "[x]=-253;"),
        ("movw $2,2(%rsi)", "x=-1; 0:rsi=x; int x=-1;".replace("x=-1; 0", "0", 1), "[x]=196607;"),
        ("movnti %eax,(x); movntiq %rbx,(y)", f"{WIDE} int64_t y;", "[x]=-1; [y]=1234605616436508552;"),
        # extensions
        ("movzbl (x),%eax", "x=-1; 0:rax=-1;", "0:rax=255;"),
        ("movsbl (x),%eax", "x=255;", "0:rax=-1;"),
        ("movsbq %bl,%rax", "int64_t 0:rax; 0:rbx=0x80;", "0:rax=-128;"),
        ("movzwl %bx,%eax", "0:rbx=0x18000;", "0:rax=32768;"),
        ("movswl %bx,%eax", "0:rbx=0x18000;", "0:rax=-32768;"),
        ("movslq %ebx,%rax", "int64_t 0:rax; 0:rbx=-5;", "0:rax=-5;"),
        ("movsxd %ebx,%rax", "int64_t 0:rax; 0:rbx=-5;", "0:rax=-5;"),
        ("movzx %bl,%eax", "0:rbx=0x1ff;", "0:rax=255;"),
        ("movsx %bl,%ax", "0:rbx=0x1ff;", "0:rax=65535;"),
        ("movzx (c),%eax", "uint8_t c=200;", "0:rax=200;"),
        ("bswap %eax", "0:rax=0x11223344;", "0:rax=1144201745;"),
        # arithmetic
        ("addl $4,%eax", "0:rax=3;", "0:rax=7;"),
        ("addl $1,%eax", "0:rax=2147483647;", "0:rax=-2147483648;"),
        ("addq %rbx,%rax", WIDE, "0:rax=1234605616436508551;"),
        ("addb $1,%al", "0:rax=0x1ff;", "0:rax=256;"),
        ("addl %eax,%eax", "0:rax=3;", "0:rax=6;"),
        ("addl $5,(x)", "x=7;", "[x]=12;"),
        ("addl (x),%eax", "x=7; 0:rax=1;", "0:rax=8;"),
        ("subl $5,%eax", "0:rax=3;", "0:rax=-2;"),
        ("andl $6,%eax", "0:rax=11;", "0:rax=2;"),
        ("orl $6,(x)", "x=9;", "[x]=15;"),
        ("xorl %eax,%eax", "0:rax=9;", "0:rax=0;"),
        ("notl %eax", "0:rax=9;", "0:rax=-10;"),
        ("negl %eax", "0:rax=9;", "0:rax=-9;"),
        ("incl (x)", "x=-1;", "[x]=0;"),
        ("decb (x)", "x=0x100;", "[x]=511;"),
        ("imull $-3,%eax", "0:rax=5;", "0:rax=-15;"),
        ("imull $-3,%ebx,%eax", "0:rbx=5;", "0:rax=-15;"),
        ("shl $2,%eax", "0:rax=5;", "0:rax=20;"),
        ("shl 2,%eax", "0:rax=5;", "0:rax=20;"),
        ("sall %eax", "0:rax=5;", "0:rax=10;"),
        ("shrl $1,%eax", "0:rax=-2;", "0:rax=2147483647;"),
        ("sarl $1,%eax", "0:rax=-2;", "0:rax=-1;"),
        ("shlb $9,%al", "0:rax=3;", "0:rax=0;"),
        ("shlq $65,%rax", "0:rax=3;", "0:rax=6;"),
        # carries
        ("addl $-1,%eax; adcl $0,%ebx", "0:rax=2; 0:rbx=5;", "0:rax=1; 0:rbx=6;"),
        ("subl $3,%eax; sbbl $1,%ebx", "0:rax=2; 0:rbx=5;", "0:rax=-1; 0:rbx=3;"),
        # exchanges
        ("xchgl %eax,%ebx", "0:rax=1; 0:rbx=2;", "0:rax=2; 0:rbx=1;"),
        ("xchgl %eax,(x)", "0:rax=1; x=2;", "0:rax=2; [x]=1;"),
        ("xchgl (x),%eax", "0:rax=1; x=2;", "0:rax=2; [x]=1;"),
        ("uxchl (x),%eax", "0:rax=1; x=2;", "0:rax=2; [x]=1;"),
        ("xaddl %eax,(x)", "0:rax=1; x=2;", "0:rax=2; [x]=3;"),
        ("lock xaddl %eax,(x)", "0:rax=1; x=2;", "0:rax=2; [x]=3;"),
        ("xaddl %eax,%ebx", "0:rax=1; 0:rbx=2;", "0:rax=2; 0:rbx=3;"),
        ("lock cmpxchgl %ebx,(x)", "0:rax=2; 0:rbx=5; x=2;", "0:rax=2; [x]=5;"),
        ("lock cmpxchgl %ebx,(x)", "0:rax=1; 0:rbx=5; x=2;", "0:rax=2; [x]=2;"),
        ("lock cmpxchgl (x),%ebx", "0:rax=2; 0:rbx=5; x=2;", "0:rax=2; [x]=5;"),
        ("cmpxchgl %ebx,(x)", "0:rax=1; 0:rbx=5; x=2;", "0:rax=2; [x]=2;"),
        ("cmpxchgl %ebx,(x)", "0:rax=2; 0:rbx=5; x=2;", "0:rax=2; [x]=5;"),
        ("cmpxchgb %bl,(x)", "0:rax=0x101; 0:rbx=5; x=2;", "0:rax=258; [x]=2;"),
        # two registers: herd7 has the target first
        ("cmpxchgl %ecx,%ebx", "0:rax=5; 0:rbx=7; 0:rcx=5;", "0:rax=5; 0:rbx=7; 0:rcx=7;"),
        ("cmpxchgl %ecx,%ebx", "0:rax=7; 0:rbx=7; 0:rcx=5;", "0:rax=5; 0:rbx=7; 0:rcx=5;"),
        ("cmpxchgq %rbx,(x)", f"{WIDE} int64_t x=3;", "0:rax=3;"),
        ("cmpxchgl %ebx,(x)", f"{WIDE} int64_t x=0xffffffff;", "0:rax=-1;"),
        # addresses
        ("lea 8(%rsi,%rdi,4),%rax", "0:rsi=3; 0:rdi=5;", "0:rax=31;"),
        ("lea (%rsi,%rdi,4),%ax", "0:rsi=3; 0:rdi=5; 0:rax=0x10000;", "0:rax=65559;"),
        ("lea (x),%rax; movl (%rax),%ebx", "x=3;", "0:rax=x; 0:rbx=3;"),
        ("movq $x,%rax; movl (%rax),%ebx", "x=3;", "0:rax=x; 0:rbx=3;"),
        ("movl (%rsi,%rdi,4),%eax", "int a[3]={5,6,7}; 0:rsi=a; 0:rdi=2;", "0:rax=7;"),
        ("movl -4(%rsi,%rdi,4),%eax", "int a[3]={5,6,7}; 0:rsi=a; 0:rdi=2;", "0:rax=6;"),
        ("movl a+8(%rip),%eax", "int a[3]={5,6,7};", "0:rax=7;"),
        ("movl a(,%rdi,4),%eax", "int a[3]={5,6,7}; 0:rdi=1;", "0:rax=6;"),
        ("incl %edi; movl a(,%rdi,4),%eax", "int a[3]={5,6,7}; 0:rdi=1;", "0:rax=7;"),
        ("addq $4,%rsi; movl (%rsi),%eax", "int a[3]={5,6,7}; 0:rsi=a;", "0:rax=6; 0:rsi=a+4;"),
        ("movl (%eax),%ebx", "x=3; 0:rax=x;", "0:rbx=3;"),
        ("movl (%rsi),%eax", "int a[3]={5,6,7}; 0:rsi=a[1];", "0:rax=6;"),
        ("movq (p),%rax; movl (%rax),%ebx", "int *p=x; x=4;", "0:rax=x; 0:rbx=4;"),
        ("movq %rax,(p)", "0:rax=x;", "[p]=x;"),
        # what nothing does
        ("nop; nopl 0(%rax,%eax,0); nopw %cs:0(%rax); endbr64; pause; prefetcht0 (x)", "x=1;", "[x]=1;"),
        ("clflush (x); clflushopt (x); clwb (x); sfence; lfence; mfence", "x=1;", "[x]=1;"),
        ("movl $1,%eax; ret; movl $2,%eax", "", "0:rax=1;"),
    ],
)
def test_an_instruction(code: str, init: str, shown: str) -> None:
    locations = "".join(f"{pair.split('=')[0].strip()};" for pair in shown.split(";") if pair.strip())
    assert final(code, init=init, shown=locations.replace("[", "").replace("]", "")) == shown


@pytest.mark.parametrize(
    ("code", "init", "shown"),
    [
        ("MOV EAX,[x]; ADD EAX,2; MOV [y],EAX", "x=3;", "0:EAX=5; [y]=5;"),
        ("MOV [EAX],7; MOV EBX,(EAX)", "0:EAX=x;", "0:EBX=7; [x]=7;"),
        ("XCHG [x],EAX", "x=3; 0:EAX=1;", "0:EAX=3; [x]=1;"),
        ("LOCK CMPXCHG [x],EBX", "x=3; 0:EAX=3; 0:EBX=9;", "0:EAX=3; [x]=9;"),
        ("MOV EBX,[EAX+ECX*4-4]", "int a[2]={1,2}; 0:EAX=a; 0:ECX=2;", "0:EBX=2;"),
        ("INC EAX", "0:EAX=-1;", "0:EAX=0;"),
        ("MOVB [x],$1; MOVW [y],$2", "x=-1; y=-1;", "[x]=-255; [y]=-65534;"),
        ("MOV AL,5", "0:EAX=256;", "0:EAX=261;"),
    ],
)
def test_in_32_bit_mode(code: str, init: str, shown: str) -> None:
    locations = "".join(f"{pair.split('=')[0].strip('[] ')};" for pair in shown.split(";") if pair.strip())
    assert final(code, init=init, shown=locations, arch="X86") == shown


MASK = 0xFFFFFFFF
CONDITIONS: dict[str, Callable[[int, int], bool]] = {
    "e z": lambda a, b: a == b,
    "ne nz": lambda a, b: a != b,
    "c b nae": lambda a, b: a & MASK < b & MASK,
    "nc nb ae": lambda a, b: a & MASK >= b & MASK,
    "be na": lambda a, b: a & MASK <= b & MASK,
    "a nbe": lambda a, b: a & MASK > b & MASK,
    "l lt nge": lambda a, b: a < b,
    "ge nl": lambda a, b: a >= b,
    "le ng": lambda a, b: a <= b,
    "g gt nle": lambda a, b: a > b,
    "s": lambda a, b: (a - b) & 0x80000000 != 0,
    "ns": lambda a, b: (a - b) & 0x80000000 == 0,
    "o": lambda a, b: not -0x80000000 <= a - b <= 0x7FFFFFFF,
    "no": lambda a, b: -0x80000000 <= a - b <= 0x7FFFFFFF,
}
PAIRS = [(3, 3), (2, 3), (4, 3), (-1, 1), (1, -1), (-0x80000000, 1), (0x7FFFFFFF, -1), (-3, -2)]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_conditions(left: int, right: int) -> None:
    names = [name for group in CONDITIONS for name in group.split()]
    code = "; ".join([f"cmpl ${right},%eax", *(f"set{name} (c_{name})" for name in names)])
    shown = "".join(f"c_{name};" for name in names)
    wanted = {
        f"[c_{name}]={int(holds(left, right))}"
        for group, holds in CONDITIONS.items()
        for name in group.split()
    }
    assert set(final(code, init=f"0:rax={left};", shown=shown).rstrip(";").split("; ")) == wanted


@pytest.mark.parametrize(("left", "right"), PAIRS)
@pytest.mark.parametrize("group", CONDITIONS)
def test_conditional_jumps_and_moves(group: str, left: int, right: int) -> None:
    name = group.split()[-1]
    code = f"cmpl ${right},%eax; j{name} L; movl $1,%ebx; L: cmov{name} %edx,%ecx; cmov{name}l (x),%esi"
    found = final(code, init=f"0:rax={left}; 0:rdx=7; x=8;", shown="0:rbx;0:rcx;0:rsi;")
    taken = CONDITIONS[group](left, right)
    assert found == ("0:rbx=0; 0:rcx=7; 0:rsi=8;" if taken else "0:rbx=1; 0:rcx=0; 0:rsi=0;")


FLAGS = "0:ZF;0:SF;0:CF;0:OF;"


@pytest.mark.parametrize(
    ("code", "init", "flags"),
    [
        ("addl $1,%eax", "0:rax=-1;", "ZF CF"),
        ("addl $1,%eax", "0:rax=0x7fffffff;", "SF OF"),
        ("addb $0x80,%al", "0:rax=0x80;", "ZF CF OF"),
        ("subl $1,%eax", "0:rax=0;", "SF CF"),
        ("cmpq %rax,%rbx", "0:rax=1; 0:rbx=0;", "SF CF"),
        ("cmpl $3,(x)", "x=3;", "ZF"),
        ("testl %eax,%eax", "0:rax=-1;", "SF"),
        ("andl $0,%eax", "0:rax=-1;", "ZF"),
        ("incl %eax", "0:rax=-1; 0:CF=1;", "ZF CF"),
        ("incl %eax", "0:rax=0x7fffffff;", "SF OF"),
        ("decl %eax", "0:rax=-0x80000000;", "OF"),
        ("decl %eax", "0:rax=1; 0:CF=1;", "ZF CF"),
        ("negl %eax", "0:rax=5;", "SF CF"),
        ("negl %eax", "0:rax=0; 0:CF=1;", "ZF"),
        ("notl %eax", "0:rax=-1; 0:CF=1;", "CF"),
        ("shl $1,%eax", "0:rax=-1;", "SF CF"),
        ("shl $1,%eax", "0:rax=0x40000000;", "SF OF"),
        ("shr $1,%eax", "0:rax=-1;", "CF OF"),
        ("sar $1,%eax", "0:rax=-1;", "SF CF"),
        ("shl $0,%eax", "0:rax=1; 0:CF=1;", "CF"),
        ("lock addl $1,(x)", "x=-1;", "ZF CF"),
        ("xaddl %eax,(x)", "0:rax=1; x=-1;", "ZF CF"),
        ("lock cmpxchgl %ebx,(x)", "0:rax=1; x=1;", "ZF"),
        ("lock cmpxchgl %ebx,(x)", "0:rax=1; x=2;", "SF CF"),
        ("movl $0,%eax", "0:rax=5; 0:ZF=0; 0:CF=1;", "CF"),
        ("xchgl %eax,(x)", "0:CF=1;", "CF"),
    ],
)
def test_flags(code: str, init: str, flags: str) -> None:
    wanted = " ".join(f"0:{name}={int(name in flags)};" for name in ("ZF", "SF", "CF", "OF"))
    assert final(code, init=init, shown=FLAGS) == wanted


def test_flags_that_the_manual_leaves_open() -> None:
    assert states("shl $3,%eax", init="0:rax=1;", shown="0:OF;") == ["0:OF=0;", "0:OF=1;"]
    assert states("imull $3,%eax", init="0:rax=1;", shown="0:ZF;0:CF;") == [
        "0:ZF=0; 0:CF=0;",
        "0:ZF=1; 0:CF=0;",
    ]
    assert any(isinstance(i, Havoc) for i in body(read("shl $3,%eax", tail="exists 0:OF=1")))
    assert not any(isinstance(i, Havoc) for i in body(read("shl $3,%eax", tail="exists 0:rax=1")))


# what an instruction is made of


@pytest.mark.parametrize(
    "code",
    [
        "xchgl %eax,(x)",
        "lock xchgl %eax,(x)",
        "lock xaddl %eax,(x)",
        "lock cmpxchgl %eax,(x)",
        *(f"lock {name}l $1,(x)" for name in ("add", "adc", "sub", "sbb", "and", "or", "xor")),
        *(f"lock {name}l (x)" for name in ("inc", "dec", "not", "neg")),
    ],
)
def test_a_locked_instruction_is_one_access(code: str) -> None:
    (access,) = [i for i in body(read(code)) if isinstance(i, Load | Store | Rmw)]
    assert isinstance(access, Rmw)
    assert (access.tags, access.size, access.address.object) == (frozenset({LOCKED}), 4, "x")


@pytest.mark.parametrize(
    "code", ["incl (x)", "addl $1,(x)", "xaddl %eax,(x)", "cmpxchgl %eax,(x)", "shll (x)"]
)
def test_without_the_prefix_it_is_a_load_and_a_store(code: str) -> None:
    kinds = [type(i) for i in body(read(code)) if isinstance(i, Load | Store | Rmw)]
    assert kinds == [Load, Store]


def test_increments_get_lost_without_the_prefix_alone() -> None:
    assert states("incl (x)", "incl (x)", shown="x;") == ["[x]=1;", "[x]=2;"]
    assert states("lock incl (x)", "lock incl (x)", shown="x;") == ["[x]=2;"]


def test_non_temporal_stores() -> None:
    litmus = read("movnti %eax,(x); movntiq %rax,(y); movl $1,(z)", init="int64_t y;")
    assert [(i.size, i.tags) for i in body(litmus) if isinstance(i, Store)] == [
        (4, frozenset({NT})),
        (8, frozenset({NT})),
        (4, frozenset()),
    ]


@pytest.mark.parametrize(
    ("code", "size", "tagged"),
    [
        ("movntdq %xmm0,(x)", 16, True),
        ("movntps %xmm0,(x)", 16, True),
        ("movntpd %xmm0,(x)", 16, True),
        ("vmovntdq %ymm0,(x)", 32, True),
        ("vmovntps %zmm0,(x)", 64, True),
        ("movdqa %xmm0,(x)", 16, False),
        ("vmovups %ymm0,(x)", 32, False),
    ],
)
def test_wide_stores_are_stores_of_8_bytes(code: str, size: int, tagged: bool) -> None:
    stores = [i for i in body(read(code, init="int64_t x[8];")) if isinstance(i, Store)]
    assert [s.address.offset.value for s in stores] == list(range(0, size, 8))
    assert {s.size for s in stores} == {8}
    assert {NT in s.tags for s in stores} == {tagged}


def test_vector_registers() -> None:
    init = "int64_t a[4]={1,2,3,4}; int64_t b[4]; int64_t 0:rax; int64_t 0:rbx;"
    assert final("vmovdqa (a),%ymm0; movntdq %xmm0,(b)", init=init, shown="b;") == "b={1,2,0,0};"
    assert final("vmovdqu (a),%ymm1; vmovaps %ymm1,(b)", init=init, shown="b;") == "b={1,2,3,4};"
    code = "vmovdqa (a),%ymm0; movdqa 16(%rsi),%xmm0; vmovdqa %ymm0,(b)"
    # an older instruction leaves the upper part, a newer one clears it
    assert final(code, init=f"{init} 0:rsi=a;", shown="b;") == "b={3,4,3,4};"
    assert final(code.replace(" movdqa", " vmovdqa"), init=f"{init} 0:rsi=a;", shown="b;") == "b={3,4,0,0};"
    assert (
        final(
            "movq 8(%rsi),%xmm2; movq %xmm2,%rax; movd %xmm2,%ebx",
            init=f"{init} 0:rsi=a;",
            shown="0:rax;0:rbx;",
        )
        == "0:rax=2; 0:rbx=2;"
    )
    assert final("movntdqa (a),%xmm0; movdqa %xmm0,%xmm1", init=init, shown="0:xmm1;") == (
        f"0:xmm1={(2 << 64) + 1};"
    )
    assert final("movdqa %xmm0,(b)", init=f"{init} 0:xmm0=0x10000000000000005;", shown="b;") == "b={5,1,0,0};"


def test_fences_carry_their_names() -> None:
    fences = [
        i.tags
        for i in body(read("mfence; sfence; lfence; clflush (x); clflushopt (x); clwb (x)"))
        if isinstance(i, Fence)
    ]
    assert list(map(set, fences)) == [
        {"MFENCE"},
        {"SFENCE"},
        {"LFENCE"},
        {"ClFlush"},
        {"ClFlushOpt"},
        {"ClWb"},
    ]


def test_a_flush_orders_no_non_temporal_store() -> None:
    code = "movnti %eax,(x); clflush (x); movl $1,(y)"
    found = states(
        code, "movl (y),%ebx; movl (x),%ecx", init="0:rax=1;", shown="1:rbx;1:rcx;", under="x86-nt"
    )
    assert "1:rbx=1; 1:rcx=0;" in found


# control


def test_loops_go_on_until_they_end() -> None:
    code = "movl $3,%eax; L: addl $2,%ebx; decl %eax; jne L"
    assert final(code, shown="0:rbx;") == "0:rbx=6;"


def test_a_loop_that_waits() -> None:
    litmus = read("movl $1,(x)", "L: movl (x),%eax; cmpl $1,%eax; jne L; movl $1,%ebx", tail="exists 1:rbx=1")
    assert len(litmus.program.threads[1].blocks) >= 3
    found = states("movl $1,(x)", "L: movl (x),%eax; cmpl $1,%eax; jne L; movl $1,%ebx", shown="1:rbx;")
    assert found == ["1:rbx=1;"]


def test_a_jump_over_a_store() -> None:
    code = "movl (y),%eax; testl %eax,%eax; je L; movl $1,(x); L: movl $2,(z)"
    found = states("movl $1,(y)", code, shown="1:rax;x;z;")
    assert found == ["1:rax=0; [x]=0; [z]=2;", "1:rax=1; [x]=1; [z]=2;"]
