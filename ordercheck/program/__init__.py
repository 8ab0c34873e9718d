"""What is checked: instructions, threads (control-flow graphs), memory layout, and the builder API."""

from ordercheck.program.builder import ProgramBuilder
from ordercheck.program.expr import Expr, conj, const, disj, ite, var
from ordercheck.program.ir import Condition, MemoryAt, Program, RegisterOf, Visibility
from ordercheck.program.thread import Pointer, ThreadBuilder

__all__ = [
    "Condition",
    "Expr",
    "MemoryAt",
    "Pointer",
    "Program",
    "ProgramBuilder",
    "RegisterOf",
    "ThreadBuilder",
    "Visibility",
    "conj",
    "const",
    "disj",
    "ite",
    "var",
]
