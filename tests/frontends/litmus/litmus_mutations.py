"""Texts of every language that is read here, and ways to break them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

X86_TESTS = (
    r"""X86_64 MP+all "doc"
Cycle=Rfe PodWW
(* a (* nested *) comment *)
{ x=1; int64_t y=-0x10; int a[3]={1,2,3}; 0:rax=x; uint32_t *p=&a; _Atomic int z; int64_t v[4]; %tmp=3; }
 P0                     | P1                   ;
 movl $1,(%rax)         | L0: movq (p),%rbx    ;
 movntil %ecx,(z)       | cmpl $1,4(%rbx)      ;
 lock; xaddl %edx,(x)   | jne L1               ;
 xchgq %r8,y(%rip)      | cmovlel (x),%edx     ;
 vmovntdq %ymm0,(v)     | L1: movl %tmp,%r9d   ;
 sfence                 | movl (%rbx),%esi     ;
locations [x; a; 1:rsi; p;]
filter (x=1 \/ a[1]=2)
exists (1:rbx=x /\ ~(y=2 => [x]=[y]) \/ a={1,2,x} /\ 0:rdx!=3)
""",
    r"""X86_64 LB
{ 0:rsi=x; 1:rcx=2; }
 P0            | P1              ;
 movl (y),%eax | movl (x),%eax   ;
 incl (%rsi)   | lock addl $2,(y);
 clflush (x)   | L: decl %ecx    ;
               | jne L           ;
~exists 0:rax=2 /\ 1:rax=1
""",
    r"""X86 SB
{ x; 0:EBX=y; }
 P0            | P1           ;
 MOV [x],$1    | XCHG [y],EAX ;
 MFENCE        | LOCK INC [x] ;
 MOV EAX,[EBX] | MOV %r,[x]   ;
forall (0:EAX=0 /\ (x=1 \/ x=2))
with tso: exists;
""",
)
C_TESTS = (
    r"""C SB+fences
{ x = 0; int y = 1; int *p = &x; int a[2] = {1, 2}; 0:r5 = y; }

P0(int *x, int *y, int **p)
{
    int r0;
    STORE(x, 1); /* one */
    FULL();
    r0 = LOAD(y) + LOC(**p); // two
    while (r0 < 3) { r0 = r0 + 1; if (r0 == 2) { ADD(r0, x); } else r1 = -7 / 2; }
}

P1(int *x, int *y, spinlock_t *s)
{
    intptr_t r1 = (intptr_t) CAS(x, 0, 2);
    if (r1 != 0) { *y = 3; } else { SETLOC(*y, SWAP(x, 4) & 1); }
}

locations [x; 1:r1; a[1]]
filter (y=3)
exists (0:r0=1 /\ ~(1:r1=0 \/ x=y))
""",
    r"""C locks
{}
P0(int *x, spinlock_t *s) { LOCK(s); STORE(x, 1); UNLOCK(s); }
P1(int *x, spinlock_t *s) { int r0 = TRY(s); int r2; if (r0) { r2 = LOAD(x); UNLOCK(s); } r0 = LOCKED(s); }
exists (1:r2=1)
""",
    r"""C c11
{}
P0(atomic_int *x, int *y) {
    *y = 1;
    atomic_store_explicit(x, 1, memory_order_release);
    atomic_thread_fence(memory_order_seq_cst);
    int r0 = atomic_fetch_add_explicit(x, 1, memory_order_relaxed);
}
P1(atomic_int *x, int *y) { int r0 = atomic_load_explicit(x, memory_order_acquire); if (r0) { *y = 2; } }
forall (0:r0=0 => y=1)
""",
    r"""C nt
{}
P0(int *x, int *y) { int r0 = 7; memcpy_nt(y, x, 4); memcpy_nt_drain(); STORE(y, r0 * 3 % 4); }
P1(int *x, int *y) { int r1 = LOAD(y); while (r1 > 1) { STORE_RELEASE(x, r1 | 1); r1 = 0; } }
exists (1:r1=0 /\ x=1)
""",
)
CAT = (
    r"""model
include "cos.cat"
enum Kinds = 'one || 'two
let kinds = 'one ++ { 'two } ++ {}
let strong = try (W * R) & po with 0
let fr' = rf^-1 ; co
procedure ordered(r) = acyclic r | (strong ; [MFENCE]) as inside end
let rec up = po-loc | (up ; rf) and down = co | (up ; down^+)
let pick s = match s with {} -> 0 || e ++ es -> { e } * es end
let folded = let f (s, y) = s | y in f ({}, _)
call ordered(up \ id)
if "some" flag ~empty (rf & ~int) as Race else irreflexive fr'? ; co* as late end
forall k in kinds do empty (domain(rmw) * range(rmw)) & ~(rmw | rmw^-1) as rmws end
with order from linearisations(W, co)
unshow strong show fr'
acyclic (po | rf | co | fr') as sc
""",
)
BELL = (
    r""""a language"
enum Accesses = 'once || 'release || 'acquire || 'noreturn
enum Barriers = 'wmb || 'rmb || 'mb || 'sync
instructions R[{'once,'acquire,'noreturn}]
instructions W[{'once,'release}]
instructions F[Barriers]
instructions RMW[{'once,'acquire,'release}]
let sync = tag2events('sync)
let matched = let rec unmatched = sync \ domain(pairs) and pairs = [unmatched] ; po ; [unmatched] in pairs
flag ~empty sync \ (domain(matched) | range(matched)) as unbalanced
""",
)
CONF = (
    """# as the kernel's
macros some.def
bell some.bell
model some.cat
graph columns
squished true
showevents noregs
unroll 3
timeout 2.5
variant mixed,lkmmv2
include .
""",
)
WORDS: tuple[str, ...] = (
    *"(){}[];,*+-/%|~!<>=:'\"\\@#$\0\n .&_é٠",
    *("/*", "*/", "//", "(*", "*)", "\\/", "/\\", "=>", "!=", "^+", "^-1", "++", "||", "->"),
    *("exists", "forall", "filter", "locations", "observed", "with", "not", "true", "P0", "P1", "P9", "0:"),
    *("lock", "lock;", "jmp", "jne", "L0:", "movq", "xchg", "cmpxchgl", "shl", "adc", "setne", "movntdq"),
    *("%xmm0", "%rax", "%ah", "%rip", "%fs:", "EAX", "[x]", "(x)", "(%rax,%rbx,8)", "{1,2}", "&x", "a[4096]"),
    *("int", "int64_t", "struct", "while", "if", "else", "return", "do", "r0", "x", "LOAD("),
    "__load{once}(",
    *("let rec", "let", "and", "in", "fun", "match", "end", "try", "call", "procedure", "include", "acyclic"),
    *(
        "rf",
        "co",
        "po",
        "W",
        "id",
        "'one",
        "0",
        "cross",
        "linearisations",
        "tag2events",
        "enum",
        "instructions",
    ),
)
NUMBERS = ("-1", "0x", "4096", "2147483648", "18446744073709551616", "9" * 45, "9" * 5000, "0x" + "f" * 300)
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_NUMBER = re.compile(r"\d+")
# longer texts are cut: what much of one thing does is asked elsewhere
_LONGEST = 30_000


class Mutator:
    """Breaks texts, the same way for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def mutant(self, texts: Sequence[str]) -> str:
        """One of the texts after one to four changes."""
        text = self.random.choice(texts)
        for _ in range(self.random.choice((1, 1, 2, 4))):
            text = self._changed(text, texts)[:_LONGEST]
        return text

    def _changed(self, text: str, texts: Sequence[str]) -> str:
        chance = self.random
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.randrange(1, 60))
        before, piece, after = text[:start], text[start:end], text[end:]
        match chance.randrange(12):
            case 0:
                return before
            case 1:
                return before + after
            case 2:
                return before + chance.choice(WORDS) + piece + after
            case 3:
                return before + chance.choice(WORDS) + after
            case 4:
                return self._shuffled(text.split("\n"), "\n")
            case 5:
                return before + self._shuffled(_TOKEN.findall(piece), "") + after
            case 6:
                other = chance.choice(texts)
                return before + other[chance.randrange(len(other) + 1) :]
            case 7:
                return self._damaged(text)
            case 8:
                depth = chance.choice((1, 5, 70, 3000))
                opening, closing = chance.choice(("()", "{}", "[]", ("~", ""), ("(*", "*)"), ("if (x) ", "")))
                return before + opening * depth + piece + closing * depth + after
            case 9:
                number = chance.choice(NUMBERS)
                found = list(_NUMBER.finditer(text))
                where = chance.choice(found).span() if found else (start, end)
                return text[: where[0]] + number + text[where[1] :]
            case 10:
                return before + piece * chance.choice((2, 30, 400)) + after
            case _:
                place = chance.randrange(len(text) + 1)
                return text[:place] + piece + text[place:]

    def _shuffled(self, parts: list[str], between: str) -> str:
        self.random.shuffle(parts)
        return between.join(parts)

    def _damaged(self, text: str) -> str:
        """Some bytes of it become others, or are put in."""
        data = bytearray(text.encode(errors="replace"))
        for _ in range(self.random.choice((1, 3, 40))):
            place = self.random.randrange(len(data) + 1)
            if place < len(data) and self.random.random() < 0.5:
                data[place] ^= 1 << self.random.randrange(8)
            else:
                data.insert(place, self.random.randrange(256))
        return data.decode(errors="replace")
