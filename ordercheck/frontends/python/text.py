"""What a user writes on the command line about parameters: conditions and values."""

from __future__ import annotations

import ast

from ordercheck.errors import InputError
from ordercheck.program.expr import Expr, Value, apply, conj, const, disj
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


def parse_assumption(text: str, program: Program) -> Expr:
    """A condition over the program's parameters, in Python's notation; nothing is evaluated.

    Takes comparisons (chained too), `and`, `or`, `not`, + - * // % << >> & | ^,
    integers, true and false. Raises InputError with the column of what it does not take.
    """
    if len(text) > MAX_TEXT:
        raise InputError(f"the assumption is longer than {MAX_TEXT} characters")
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = (error.offset or 0) if isinstance(error, SyntaxError) else 0
        raise InputError(f"`{text}` is not a condition", "--assume", 1, column) from error
    try:
        result = _expr(tree.body, text, {p.name: p.expr for p in program.params})
    except RecursionError as error:
        raise InputError("the assumption is nested too deeply", "--assume") from error
    if result.sort != "bool":
        raise InputError(f"`{text}` is a number, expected a condition", "--assume", 1, 1)
    return result


def _expr(node: ast.expr, text: str, params: dict[str, Expr]) -> Expr:
    try:
        return _convert(node, text, params)
    except (TypeError, ValueError) as error:
        raise InputError(str(error), "--assume", 1, node.col_offset + 1) from error


def _convert(node: ast.expr, text: str, params: dict[str, Expr]) -> Expr:
    def sub(child: ast.expr) -> Expr:
        return _expr(child, text, params)

    match node:
        case ast.Constant(value=bool() | int() as value):
            return const(value)
        case ast.Name(id=name):
            if name in params:
                return params[name]
            if name in ("true", "false"):
                return const(name == "true")
            known = ", ".join(params) or "there are none"
            raise InputError(f"no parameter {name} (parameters: {known})", "--assume", 1, node.col_offset + 1)
        case ast.BoolOp(op=ast.And(), values=values):
            return conj(*map(sub, values))
        case ast.BoolOp(values=values):
            return disj(*map(sub, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return apply("not", sub(operand))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return apply("-", 0, sub(operand))
        case ast.BinOp(op=op) if type(op) in _BINARY:
            return apply(_BINARY[type(op)], sub(node.left), sub(node.right))
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(o) in _COMPARE for o in ops):
            sides = [sub(x) for x in (left, *others)]
            return conj(
                *(apply(_COMPARE[type(o)], a, b) for o, a, b in zip(ops, sides, sides[1:], strict=False))
            )
    place = ast.get_source_segment(text, node) or text
    raise InputError(f"`{place}` is not taken in an assumption", "--assume", 1, node.col_offset + 1)


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
