"""Litmus tests for the tests of `ordercheck litmus`: written for them, in herd7's format."""

from __future__ import annotations

from pathlib import Path

SB = """X86_64 SB
{ x=0; y=0; }
 P0            | P1            ;
 movl $1,(x)   | movl $1,(y)   ;
 movl (y),%eax | movl (x),%eax ;
exists (0:rax=0 /\\ 1:rax=0)
"""

# with fences: never
SB_FENCED = SB.replace("SB", "SB+mfences").replace("\n movl (y)", "\n mfence | mfence ;\n movl (y)")

MP_NT = """X86_64 MP+nt
"the flag can be seen before the data"
{ x=0; y=0; }
 P0               | P1            ;
 movl $1,%eax     | movl (y),%eax ;
 movnti %eax,(x)  | movl (x),%ebx ;
 movl $1,(y)      |               ;
exists (1:rax=1 /\\ 1:rbx=0)
"""

FORBIDDEN = """X86_64 MP
{ x=0; y=0; }
 P0          | P1            ;
 movl $1,(x) | movl (y),%eax ;
 movl $1,(y) | movl (x),%ebx ;
~exists (1:rax=1 /\\ 1:rbx=0)
"""

LOOP = """X86_64 loop
{ x=0; y=0; }
 P0          | P1            ;
 movl $1,(x) | L0:           ;
             | movl (x),%eax ;
             | cmpl $1,%eax  ;
             | jne L0        ;
             | movl $2,(y)   ;
forall (y=2)
"""

BAD = """X86_64 bad
{ x=0; }
 P0          ;
 movl $1,(x) ;
 frob $1,(x) ;
exists (x=1)
"""

EXPECTED = """X86_64 expected
(* Result: {result} *)
{{ x=0; y=0; }}
 P0            | P1            ;
 movl $1,(x)   | movl $1,(y)   ;
 movl (y),%eax | movl (x),%eax ;
exists (0:rax=0 /\\ 1:rax=0)
"""

# stores of several threads to one location: thousands of executions
SLOW = """X86_64 slow
{ x=0; }
 P0            | P1            | P2            ;
 movl $1,(x)   | movl $4,(x)   | movl $7,(x)   ;
 movl $2,(x)   | movl $5,(x)   | movl $8,(x)   ;
 movl (x),%eax | movl (x),%eax | movl (x),%eax ;
exists (0:rax=1 /\\ x=8)
"""


def ring(threads: int) -> str:
    """Each thread stores to its location and loads the next one's: 2 ^ threads final states."""
    rows = [
        " | ".join(f"P{k}" for k in range(threads)),
        " | ".join(f"movl $1,(x{k})" for k in range(threads)),
        " | ".join(f"movl (x{(k + 1) % threads}),%eax" for k in range(threads)),
    ]
    condition = " /\\ ".join(f"{k}:rax=0" for k in range(threads))
    return "X86_64 ring\n{}\n" + "".join(f"{row} ;\n" for row in rows) + f"exists ({condition})\n"


ALL = {
    "SB.litmus": SB,
    "MP.litmus": FORBIDDEN,
    "sub/SB+mfences.litmus": SB_FENCED,
    "sub/MP+nt.litmus": MP_NT,
}


def write(folder: Path, tests: dict[str, str]) -> Path:
    """The tests as files below a folder."""
    for name, text in tests.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
