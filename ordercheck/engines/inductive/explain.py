"""Invariants for a person: SMT-LIB formulas as sentences of comparisons and implications."""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.engines.inductive.arith import Linear, both, either, negation
from ordercheck.program.expr import Expr, apply, const, show

LEGEND = {
    "offset": "where the byte in question lies in its object (any byte: what holds, holds of all)",
    "pending": "a non-temporal store to that byte may still land late: no fence that orders it came since",
    "pending_store": "an ordinary store to that byte may still be overtaken by a non-temporal one",
    "published": "others may look at memory that was this thread's own",
    "has_lasting": "a store that must last wrote that byte",
    "broken": "the byte no longer holds what the latest store that must last wrote",
    "content": "what the byte holds: byte content_byte - 1 of this value, or itself if that is -1",
    "late": "what the pending store would write, as content",
    "stated": "what the latest store that must last wrote, as content",
}
"""What the names mean that an invariant uses beside the program's own."""


def parsed(formula: str, names: Mapping[str, Expr]) -> Expr:
    """An SMT-LIB formula over variables `names` (by symbol) as an expression."""
    return to_expr(_parse(formula), dict(names))


def _parse(text: str) -> object:
    stack: list[list[object]] = [[]]
    for token in text.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token)
    return stack[0][0]


def to_expr(term: object, names: dict[str, Expr]) -> Expr:
    """A parsed formula as an expression; names gives variables and let-bound names."""
    if not isinstance(term, list):
        word = str(term)
        if word in names:
            return names[word]
        return const(word == "true") if word in ("true", "false") else const(int(word))
    op = str(term[0])
    if op == "let":
        bound = {str(name): to_expr(value, names) for name, value in term[1]}
        return to_expr(term[2], {**names, **bound})
    args = [to_expr(a, names) for a in term[1:]]
    if op == "-" and len(args) == 1:
        return apply("*", -1, args[0])
    if op == "not":
        return negation(args[0])
    if op == "=>":
        return either(negation(args[0]), args[1])
    if op in ("and", "or"):
        result = args[0]
        for arg in args[1:]:
            result = both(result, arg) if op == "and" else either(result, arg)
        return result
    if op == "ite":
        return apply(op, *args)
    op = {"=": "==", "distinct": "!=", "div": "//", "mod": "%"}.get(op, op)
    result = args[0]
    for arg in args[1:]:
        result = apply(op, result, arg)
    return result


def sentence(formula: Expr) -> str:
    """A conjunction of clauses, those with the same condition together."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for clause in _flat(formula, "and"):
        literals = _flat(clause, "or")
        negated = [x.op == "not" and x.args[0].op == "var" and len(literals) > 1 for x in literals]
        conditions = [x.args[0] for x, is_condition in zip(literals, negated, strict=True) if is_condition]
        rest = [x for x, is_condition in zip(literals, negated, strict=True) if not is_condition]
        text = " or ".join(map(_literal, rest)) or "false"
        if len(rest) > 1 and conditions:
            text = f"({text})"
        grouped.setdefault(tuple(sorted(show(c) for c in conditions)), []).append(text)
    parts: list[str] = []
    for given, texts in grouped.items():
        if not given:
            parts += texts
        elif texts == ["false"]:
            parts.append("not " + (given[0] if len(given) == 1 else f"({' and '.join(given)})"))
        else:
            parts.append(f"{' and '.join(given)} implies {' and '.join(texts)}")
    return "; ".join(parts)


def _flat(formula: Expr, op: str) -> list[Expr]:
    found: dict[Expr, None] = {}
    stack = [formula]
    while stack:
        node = stack.pop()
        if node.op == op:
            stack += reversed(node.args)
        else:
            found[node] = None
    return list(found)


def _literal(literal: Expr) -> str:
    if literal.op in ("and", "or"):
        word = f" {literal.op} "
        return "(" + word.join(map(_literal, _flat(literal, literal.op))) + ")"
    if literal.op in ("<", "<=", ">", ">=", "==", "!=") and literal.args[0].sort == "int":
        return _comparison(literal)
    return show(literal)


def _comparison(literal: Expr) -> str:
    """A comparison with each term on the side where its factor is positive, the witness on the left."""
    op = literal.op
    if any(x.op == "ite" for x in literal.args):
        return f" {op} ".join(map(_side, literal.args))
    total = Linear.of(apply("-", *literal.args))
    if total.terms and _first(total.terms) < 0:
        total = Linear({a: -f for a, f in total.terms.items()}, -total.constant)
        op = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
    if op == "<" and total.constant > 0:
        op, total = "<=", Linear(total.terms, total.constant + 1)
    if op == ">" and total.constant < 0:
        op, total = ">=", Linear(total.terms, total.constant - 1)
    spare = -total.constant
    left = Linear({a: f for a, f in total.terms.items() if f > 0}, max(0, -spare))
    right = Linear({a: -f for a, f in total.terms.items() if f < 0}, max(0, spare))
    if not right.terms:
        left, right = Linear(left.terms, 0), Linear({}, spare)
    return f"{show(left.expr())} {op} {show(right.expr())}"


def _first(terms: dict[Expr, int]) -> int:
    """The factor of the term that belongs on the left."""
    return next((f for a, f in terms.items() if a.name == "offset"), next(iter(terms.values())))


def _side(expr: Expr) -> str:
    """A choice among constants by intervals, as a table; anything else as it is."""
    rows: list[str] = []
    subject: Expr | None = None
    node = expr
    while (
        node.op == "ite" and node.args[0].op == "<" and node.args[1].op == node.args[0].args[1].op == "const"
    ):
        limit = node.args[0].args
        if subject is not None and limit[0] is not subject:
            return show(expr)
        subject = limit[0]
        rows.append(f"below {limit[1]}: {node.args[1]}")
        node = node.args[2]
    if subject is None or node.op != "const":
        return show(expr)
    return f"[{_literal_sum(subject)} {', '.join(rows)}, else {node}]"


def _literal_sum(expr: Expr) -> str:
    total = Linear.of(expr)
    ordered = sorted(total.terms.items(), key=lambda item: item[1] < 0)
    text = ""
    for atom, factor in ordered:
        size = show(atom) if abs(factor) == 1 else f"{abs(factor)} * {show(atom)}"
        text += (f" - {size}" if factor < 0 else f" + {size}") if text else ("-" if factor < 0 else "") + size
    if total.constant:
        text += f" {'-' if total.constant < 0 else '+'} {abs(total.constant)}"
    return text
