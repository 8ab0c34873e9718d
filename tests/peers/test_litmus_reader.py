"""The reader of herd7's tests refuses what it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.program.ir import LOCKED, NT, Rmw, Store
from ordercheck.program.show import show
from tests.peers.litmus_reader import Unread, read

TEST = """\
X86_64 MP+mixed
Generator=none
"a comment"
{
int64_t x=8589934593; 0:rbx=x; 0:rax=-1;
int64_t 1:rcx;
}
 P0                   | P1             ;
 movntil %eax,4(%rbx) | movq (x),%rcx  ;
 sfence               | xchgl (y),%edx ;
 movl $1,(y)          |                ;
locations [x;]
exists (1:rcx=-4294967295 /\\ ~(y=0 \\/ 1:rdx=1))
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "test.litmus"
    path.write_text(text)
    return path


def test_a_test_of_mixed_sizes(tmp_path: Path) -> None:
    litmus = read(write(tmp_path, TEST))
    assert litmus.names == ("1:rcx", "1:rdx", "[x]", "[y]")
    stores = [i for _, _, _, i in litmus.program.instructions() if isinstance(i, Store | Rmw)]
    assert [(s.address.object, s.size, s.tags) for s in stores] == [
        ("x", 4, {NT}),
        ("y", 4, frozenset()),
        ("y", 4, {LOCKED}),
    ]
    assert "object x, 8 bytes, shared, [0:8] = 0x200000001" in show(litmus.program)
    condition = litmus.program.condition
    assert condition is not None
    assert str(condition.expr) == "1:rcx == 0xffffffff00000001 and not ([y] == 0 or 1:rdx == 1)"
    state = litmus.outcome("1:rcx=-1; 1:rdx=0; [x]=-1; [y]=1;")
    assert state == (2**64 - 1, 0, 2**64 - 1, 1)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("X86_64", "AArch64", "not an X86_64 test"),
        ("sfence  ", "clflush ", "unknown instruction"),
        ("movl $1,(y)", "movw $1,(y)", "unknown instruction"),
        ("%eax,4", "%ax,4", "unknown register"),
        ("4(%rbx)", "4(%rsi)", "holds no address"),
        ("4(%rbx)", "(%rbx,%rsi,4)", "unknown"),
        ("int64_t x=", "uint8_t x=", "unknown initialisation"),
        ("exists", "filter", "unknown condition"),
        ("~(y=0", "~(y<0", "unknown condition"),
        ("Generator", "generator", "unknown header"),
    ],
)
def test_what_it_does_not_know_is_an_error(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in TEST
    with pytest.raises(Unread, match=reason):
        read(write(tmp_path, TEST.replace(old, new, 1)))
