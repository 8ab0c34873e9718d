"""Terms as text that a reader of cat knows: `[W]; po; [SFENCE]; po; [W]`."""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.cat.terms import Term

MAX_TEXT = 60
# what an operand binds less tightly than its operator is put in brackets
_STRENGTH = {"union": 1, "seq": 2, "inter": 3, "diff": 3, "cross": 4}
_POSTFIX = {"plus": "+", "opt": "?", "inv": "^-1"}
_IDIOMS = {"po & loc": "po-loc", "loc & po": "po-loc"}


def show(term: Term, names: Mapping[Term, str], limit: int = MAX_TEXT) -> str:
    """The term in cat's notation; names: what terms are called where they have a name.

    Text longer than `limit` ends in `...`.
    """
    text = _Writer(names, limit).text(term, 0, 0)
    return text if len(text) <= limit else text[: limit - 3] + "..."


class _Writer:
    def __init__(self, names: Mapping[Term, str], limit: int) -> None:
        self.names, self.limit = names, limit

    def text(self, term: Term, strength: int, depth: int) -> str:
        """strength: that of the operator around it; a term nested deep is not written out."""
        name = self.names.get(term) or (term.name if term.op == "prim" else "")
        if name and depth:
            return name
        if depth > self.limit:
            return "..."
        return self._operation(term, strength, depth + 1)

    def _operation(self, term: Term, strength: int, depth: int) -> str:
        op, args = term.op, term.args
        if op in ("prim", "empty", "univ", "fix", "hole"):
            return self.names.get(term) or {"prim": term.name, "empty": "0", "univ": "_"}.get(
                op, "(recursive)"
            )
        if op == "ident":
            return f"[{self.text(args[0], 0, depth)}]"
        if op in ("domain", "range"):
            return f"{op}({self.text(args[0], 0, depth)})"
        if op == "comp":
            return f"~{self.text(args[0], 5, depth)}"
        if op in _POSTFIX:
            inner = args[0]
            if op == "opt" and inner.op == "plus":
                return f"{self.text(inner.args[0], 5, depth)}*"
            return self.text(inner, 5, depth) + _POSTFIX[op]
        mine = _STRENGTH[op]
        sign = {"union": " | ", "inter": " & ", "diff": " \\ ", "seq": "; ", "cross": " * "}[op]
        parts: list[str] = []
        for number, arg in enumerate(args):
            # a difference is read from the left
            inside = mine + 1 if op == "diff" and number else mine
            parts.append(self.text(arg, inside, depth))
            if sum(map(len, parts)) > 4 * self.limit:
                break
        text = sign.join(parts)
        text = _IDIOMS.get(text, text)
        return f"({text})" if mine < strength and " " in text else text
