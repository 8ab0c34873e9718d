"""What a user writes on the command line about parameters: conditions and values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from ordercheck.errors import InputError
from ordercheck.frontends.python.names import masked
from ordercheck.program.expr import MAX_SHIFT, Expr, Value, apply, conj, const, disj
from ordercheck.program.ir import Param, Program

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
MAX_TEXT = 4096


def parse_assumption(text: str, program: Program, hint: Callable[[str], str] = lambda name: "") -> Expr:
    """A condition over the program's parameters, in Python's notation; nothing is evaluated.

    Takes comparisons (chained too), `and`, `or`, `not`, + - * // % << >> & | ^,
    integers, true and false, and parameters by name, as they are listed. Raises InputError with
    the column of what it does not take; hint: what to add about a name that no parameter has.
    """
    if len(text) > MAX_TEXT:
        raise InputError(f"the assumption is longer than {MAX_TEXT} characters")
    known = {name: p.expr for p in program.params for name in (*p.also, p.name)}
    listed = ", ".join(p.name for p in program.params) or "there are none"

    def unknown(name: str) -> str:
        return f"no parameter {name} (parameters: {listed}){hint(name)}"

    plain, marks = masked(text, known, unknown)
    try:
        tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = (error.offset or 0) if isinstance(error, SyntaxError) else 0
        raise InputError(f"`{text}` is not a condition", "--assume", 1, column) from error
    try:
        result = _Reader(text, plain, marks, known, unknown).read(tree.body)
    except RecursionError as error:
        raise InputError("the assumption is nested too deeply", "--assume") from error
    if result.sort != "bool":
        raise InputError(f"`{text}` is a number, expected a condition", "--assume", 1, 1)
    return result


class _Reader:
    """Makes an expression of what Python's parser took; plain: what that was, marks: names in it."""

    def __init__(
        self,
        text: str,
        plain: str,
        marks: Mapping[str, str],
        known: Mapping[str, Expr],
        unknown: Callable[[str], str],
    ) -> None:
        self._text, self._plain, self._marks = text, plain, marks
        self._known, self._unknown = known, unknown

    def read(self, node: ast.expr) -> Expr:
        """Raises InputError for what is not taken, or does not fit together."""
        try:
            return self._convert(node)
        except (TypeError, ValueError) as error:
            raise self._error(str(error), node) from error

    def _error(self, text: str, node: ast.expr) -> InputError:
        return InputError(text, "--assume", 1, self._column(node.lineno, node.col_offset) + 1)

    def _column(self, line: int, offset: int) -> int:
        """The parser counts bytes."""
        return len(self._plain.splitlines()[line - 1].encode()[:offset].decode(errors="replace"))

    def _place(self, node: ast.expr) -> str:
        """The part of the text that a node is, as its user wrote it."""
        if node.end_lineno != 1 or node.end_col_offset is None:
            return self._text
        return self._text[self._column(1, node.col_offset) : self._column(1, node.end_col_offset)]

    def _convert(self, node: ast.expr) -> Expr:
        sub = self.read
        match node:
            case ast.Constant(value=bool() | int() as value):
                return const(value)
            case ast.Name(id=name):
                return self._name(self._marks.get(name, name), node)
            case ast.BoolOp(op=ast.And(), values=values):
                return conj(*map(sub, values))
            case ast.BoolOp(values=values):
                return disj(*map(sub, values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return apply("not", sub(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return apply("-", 0, sub(operand))
            case ast.BinOp(op=op) if type(op) in _BINARY:
                return self._binary(_BINARY[type(op)], node)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(o) in _COMPARE for o in ops):
                sides = [sub(x) for x in (left, *others)]
                return conj(
                    *(apply(_COMPARE[type(o)], a, b) for o, a, b in zip(ops, sides, sides[1:], strict=False))
                )
        raise self._error(f"`{self._place(node)}` is not taken in an assumption", node)

    def _binary(self, op: str, node: ast.BinOp) -> Expr:
        """What no value of the parameters gives a meaning to is no condition that cannot be met."""
        left, right = self.read(node.left), self.read(node.right)
        if right.op == "const" and right.sort == "int":
            if op in ("//", "%") and right.value == 0:
                raise self._error(f"`{self._place(node)}` divides by zero", node)
            if op in ("<<", ">>") and not 0 <= right.value <= MAX_SHIFT:
                given = f"`{self._place(node)}` shifts by {right.value} bits"
                raise self._error(f"{given}: expected 0 to {MAX_SHIFT}", node)
        return apply(op, left, right)

    def _name(self, name: str, node: ast.expr) -> Expr:
        if name in self._known:
            return self._known[name]
        if name in ("true", "false"):
            return const(name == "true")
        raise self._error(self._unknown(name), node)


def parse_value(param: Param, text: str) -> Value:
    """A parameter's value from text (an integer, also 0x...; true or false), within its bounds.

    Raises InputError where it is neither or lies outside.
    """
    if param.sort == "bool":
        if text.lower() in ("true", "1", "yes"):
            return True
        if text.lower() in ("false", "0", "no"):
            return False
        raise InputError(f"parameter {param.name}: expected true or false, got {text}")
    try:
        value = int(text, 0)
    except ValueError as error:
        raise InputError(f"parameter {param.name}: expected an integer, got {text[:40]}") from error
    low, high = param.low, param.high
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"{'-inf' if low is None else low}..{'inf' if high is None else high}"
        raise InputError(f"parameter {param.name}: {value} lies outside its bounds {bounds}")
    return value
