"""What a user writes on the command line about parameters: conditions and values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from ordercheck.errors import InputError
from ordercheck.frontends.python.names import masked
from ordercheck.program.expr import MAX_SHIFT, Expr, Value, apply, conj, const, disj
from ordercheck.program.ir import Param, Program
from ordercheck.program.meant import applied, meant, pattern, shown, signed, why_not_negative

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
    known = {name: p for p in program.params for name in (*p.also, p.name)}
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
        result = _Reader(text, plain, marks, known, unknown).whole(tree.body)
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
        known: Mapping[str, Param],
        unknown: Callable[[str], str],
    ) -> None:
        self._text, self._plain, self._marks = text, plain, marks
        self._known, self._unknown = known, unknown
        self._signed = signed(known.values())
        self._unsigned = {p.expr: p for p in known.values() if not p.signed}
        self._used: dict[str, Param] = {}

    def whole(self, node: ast.expr) -> Expr:
        """All of the condition: what has a sign has no more bits than it has."""
        found = self.read(node)
        if found.sort != "bool":
            return found
        wide = [p for p in self._used.values() if p.signed and p.high is None]
        return conj(found, *(p.expr < 1 << p.bits for p in wide))

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
                pairs = zip(ops, sides, sides[1:], strict=False)
                return conj(*(self._compared(_COMPARE[type(o)], a, b, node) for o, a, b in pairs))
        raise self._error(f"`{self._place(node)}` is not taken in an assumption", node)

    def _compared(self, op: str, left: Expr, right: Expr, node: ast.Compare) -> Expr:
        """What is never negative is no number below 0, nor above one: somebody means something else."""
        for side, other in ((left, right), (right, left)):
            if side in self._unsigned and other.op == "const" and other.sort == "int":
                wrong = why_not_negative(self._unsigned[side], other.value)
                if wrong:
                    raise self._error(wrong, node)
        return applied(op, left, right, self._signed)

    def _binary(self, op: str, node: ast.BinOp) -> Expr:
        """What no value of the parameters gives a meaning to is no condition that cannot be met."""
        left, right = self.read(node.left), self.read(node.right)
        if right.op == "const" and right.sort == "int":
            if op in ("//", "%") and right.value == 0:
                raise self._error(f"`{self._place(node)}` divides by zero", node)
            if op in ("<<", ">>") and not 0 <= right.value <= MAX_SHIFT:
                given = f"`{self._place(node)}` shifts by {right.value} bits"
                raise self._error(f"{given}: expected 0 to {MAX_SHIFT}", node)
        return applied(op, left, right, self._signed)

    def _name(self, name: str, node: ast.expr) -> Expr:
        if name in self._known:
            param = self._used[name] = self._known[name]
            return meant(param)
        if name in ("true", "false"):
            return const(name == "true")
        raise self._error(self._unknown(name), node)


def parse_value(param: Param, text: str) -> Value:
    """A parameter's value from text (an integer, also 0x...; true or false), within its bounds.

    Of a signed one, what is meant; the pattern is taken, too. Raises InputError where it is
    neither or lies outside.
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
    wrong = why_not_negative(param, value)
    if wrong:
        raise InputError(wrong)
    low, high = param.low, param.high
    held = pattern(param, value)
    if param.signed:
        half = 1 << (param.bits - 1)
        low, high = -half, half - 1
        inside = -half <= value < 2 * half and (param.high is None or held <= param.high)
    else:
        inside = (low is None or value >= low) and (high is None or value <= high)
    if not inside:
        bounds = f"{'-inf' if low is None else low}..{'inf' if high is None else high}"
        raise InputError(f"parameter {param.name}: {value} lies outside its bounds {bounds}")
    return shown(param, held)
