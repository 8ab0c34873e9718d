"""X86 and X86_64 litmus tests.

Where herd7 7.58 departs from the processor, ours is the processor: its SF and CF are not the
manual's (flags.py); it has the load and the store of one unlocked instruction in no order, so
that `decl (x)` may load what another thread made of its own store; it lets `movl (x),(y)` pass.
"""

from ordercheck.frontends.litmus.x86.read import read

__all__ = ["read"]
