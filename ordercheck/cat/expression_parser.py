"""Expressions of cat: recursive descent, with herd's precedences.

From the loosest: `|`, `++`, `;`, `\\`, `&`, `*` (product) and the prefix `~`, the postfix
`+ * ?`, then `^-1`; application binds tightest. `*`, `~` and the postfix operators do not
associate with one another: where herd reports a syntax error, so do we.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from ordercheck.cat import syntax as s
from ordercheck.cat.lexer import Token
from ordercheck.cat.stream import MAX_DEPTH, Stream
from ordercheck.errors import InputError

TESTS = ("acyclic", "irreflexive", "empty")
STARTS = frozenset({"name", "0", "{", "_", "(", "begin", "[", "~", "tag"})
_Op = Literal["|", "&", ";", "\\", "*", "++"]


class ExpressionParser(Stream):
    """Definitions and expressions; the statements are the business of its subclass."""

    def _bindings(self) -> tuple[s.Binding, ...]:
        found = [self._binding()]
        while self._take("and"):
            found.append(self._binding())
        if self._at("when"):
            raise self._unexpected("a statement")
        return tuple(found)

    def _binding(self) -> s.Binding:
        token = self._token
        place = (token.line, token.column)
        pattern: s.Pattern
        if self._at("("):
            pattern = self._parameters()
        else:
            first = self._parameter("a name or a pattern")
            if self._at("name", "_", "(") and first is not None:
                parameters = self._parameters()
                self._expect("=")
                return s.Binding(*place, first, s.Function(*place, parameters, self._expression()))
            pattern = first
            if self._at(","):
                many = [first]
                while self._take(","):
                    many.append(self._parameter("a name"))
                pattern = tuple(many)
        self._expect("=")
        return s.Binding(*place, pattern, self._expression())

    def _parameter(self, what: str) -> str | None:
        if self._take("_"):
            return None
        return self._expect("name", what).text

    def _parameters(self) -> s.Pattern:
        if not self._take("("):
            return self._parameter("a parameter")
        found: list[str | None] = []
        if not self._at(")"):
            found.append(self._parameter("a parameter"))
            while self._take(","):
                found.append(self._parameter("a parameter"))
        self._expect(")", "',' or ')'")
        return found[0] if len(found) == 1 else tuple(found)

    def _expression(self) -> s.Expression:
        token = self._token
        place = (token.line, token.column)
        self._deeper()
        result: s.Expression
        if self._take("let"):
            recursive = self._take("rec")
            bindings = self._bindings()
            self._expect("in")
            result = s.LetIn(*place, bindings, recursive, self._expression())
        elif self._take("fun"):
            parameters = self._parameters()
            self._expect("->")
            result = s.Function(*place, parameters, self._expression())
        elif self._take("try"):
            first = self._expression()
            self._expect("with")
            result = s.Try(*place, first, self._expression())
        elif self._take("if"):
            condition = self._condition()
            self._expect("then")
            then = self._expression()
            self._expect("else")
            result = s.If(*place, condition, then, self._expression())
        elif self._take("match"):
            result = self._match(place)
        else:
            result = self._operators()
            if self._at(","):
                items = [result]
                while self._take(","):
                    items.append(self._operators())
                result = s.TupleOf(*place, tuple(items))
        self._depth -= 1
        return result

    def _match(self, place: tuple[int, int]) -> s.MatchTag | s.MatchSet:
        operand = self._expression()
        self._expect("with")
        self._take("||")
        if not self._at("tag") and not (self._at("_") and self._peek().kind == "->"):
            return self._match_set(place, operand)
        clauses: list[tuple[str, s.Expression]] = []
        default = None
        while True:
            if self._take("_"):
                self._expect("->")
                default = self._expression()
                break
            tag = self._expect("tag", "a tag or _").text
            self._expect("->")
            clauses.append((tag, self._expression()))
            if not self._take("||"):
                break
        self._expect("end")
        return s.MatchTag(*place, operand, tuple(clauses), default)

    def _match_set(self, place: tuple[int, int], operand: s.Expression) -> s.MatchSet:
        empty: s.Expression | None = None
        other: s.Expression | None = None
        names: tuple[str | None, str | None] = (None, None)
        for clause in range(2):
            if clause:
                self._expect("||")
            if empty is None and self._take("{"):
                self._expect("}")
                self._expect("->")
                empty = self._expression()
                continue
            first = self._parameter("{}, or a name and ++")
            self._expect("++")
            names = (first, self._parameter("a name"))
            self._expect("->")
            other = self._expression()
        self._expect("end")
        if empty is None or other is None:
            raise InputError("expected one clause for {} and one for x ++ xs", self._file, *place)
        return s.MatchSet(*place, operand, empty, names, other)

    def _operators(self) -> s.Expression:
        """Operands joined by binary operators, grouped from the tightest to the loosest."""
        negated = self._at("~")
        operands = [self._operand()]
        operators: list[Token] = []
        while self._at("|", "&", ";", "\\", "*", "++"):
            if self._at("*") and (negated or (operators and operators[-1].kind == "*")):
                raise self._error("'*' here can be read in two ways: write parentheses", self._token)
            operators.append(self._next())
            negated = self._at("~")
            operands.append(self._operand())
        if self._at("tag"):
            raise self._unexpected("an operator")
        for op in ("*", "&", "\\", ";", "++", "|"):
            if operators:
                operands, operators = self._group(op, operands, operators)
        return operands[0]

    def _group(
        self, op: str, operands: list[s.Expression], operators: list[Token]
    ) -> tuple[list[s.Expression], list[Token]]:
        run = [operands[0]]
        left: list[s.Expression] = []
        rest: list[Token] = []
        for operator, operand in zip(operators, operands[1:], strict=True):
            if operator.kind == op:
                run.append(operand)
            else:
                left.append(_joined(op, run))
                rest.append(operator)
                run = [operand]
        left.append(_joined(op, run))
        return left, rest

    def _operand(self) -> s.Expression:
        signs = []
        while self._at("~"):
            signs.append(self._next())
            self._deeper()
        if not signs:
            return self._postfix(self._application(), loose=True)
        result = self._postfix(self._application(), loose=False)
        if self._at("+", "?") or (self._at("*") and not self._is_product()):
            raise self._error(
                "a postfix operator after '~' can be read in two ways: write parentheses", self._token
            )
        for sign in reversed(signs):
            result = s.Unary(sign.line, sign.column, "~", result)
        self._depth -= len(signs)
        return result

    def _is_product(self) -> bool:
        """The '*' here joins two operands: what follows can start an operand."""
        following = self._peek()
        if following.kind != "~":
            return following.kind in STARTS
        return self._peek(2).kind not in TESTS

    def _postfix(self, result: s.Expression, loose: bool) -> s.Expression:
        """e^-1, and where `loose` also e+ e* e?. e^+ and e^* are taken as e+ and e*."""
        count = 0
        while True:
            token = self._token
            place = (token.line, token.column)
            if self._at("^"):
                self._next()
                if not self._at("-1", "+", "*"):
                    raise self._unexpected("-1 after '^'")
                op = {"-1": "^-1"}.get(self._token.kind, self._token.kind)
                self._next()
            elif loose and (self._at("+", "?") or (self._at("*") and not self._is_product())):
                op = self._next().kind
            else:
                return result
            result = s.Unary(*place, cast(Literal["+", "*", "?", "^-1"], op), result)
            count += 1
            if count > MAX_DEPTH:
                raise self._error(f"more than {MAX_DEPTH} postfix operators in a row", token)

    def _application(self) -> s.Expression:
        token = self._token
        if not self._take("name"):
            return self._simple()
        result: s.Expression = s.Name(token.line, token.column, token.text)
        count = 0
        while self._at("name", "0", "{", "_", "(", "begin", "[", "tag"):
            argument_token = self._token
            result = s.Apply(token.line, token.column, result, self._argument())
            count += 1
            if count > MAX_DEPTH:
                raise self._error(f"more than {MAX_DEPTH} arguments", argument_token)
        return result

    def _argument(self) -> s.Expression:
        token = self._token
        if self._take("name"):
            return s.Name(token.line, token.column, token.text)
        return self._simple()

    def _simple(self) -> s.Expression:
        token = self._token
        place = (token.line, token.column)
        if self._take("0"):
            return s.Constant(*place, "0")
        if self._take("_"):
            return s.Constant(*place, "_")
        if self._at("tag"):
            return s.Tag(*place, self._next().text)
        if self._take("{"):
            return self._braces(place)
        if self._take("["):
            inner = self._expression()
            self._expect("]", "an operator or ']'")
            return s.Unary(*place, "[]", inner)
        if self._at("(", "begin"):
            end = ")" if self._next().kind == "(" else "end"
            if end == ")" and self._take(")"):
                return s.TupleOf(*place, ())
            inner = self._expression()
            self._expect(end, f"an operator or '{end}'")
            return inner
        raise self._unexpected("an expression")

    def _braces(self, place: tuple[int, int]) -> s.Expression:
        if self._take("}"):
            return s.Constant(*place, "{}")
        self._deeper()
        items = [self._operators()]
        while self._take(","):
            items.append(self._operators())
        self._expect("}", "',' or '}'")
        self._depth -= 1
        return s.SetOf(*place, tuple(items))

    def _variant(self) -> s.Variant:
        """A formula over names of variants; `&&` binds tighter than `||`."""
        return self._joined_variants(
            "||", "or", lambda: self._joined_variants("&&", "and", self._simple_variant)
        )

    def _joined_variants(
        self, symbol: str, op: Literal["and", "or"], operand: Callable[[], s.Variant]
    ) -> s.Variant:
        place = (self._token.line, self._token.column)
        found = [operand()]
        while self._take(symbol):
            found.append(operand())
        return found[0] if len(found) == 1 else s.Variant(*place, op, "", tuple(found))

    def _simple_variant(self) -> s.Variant:
        token = self._token
        place = (token.line, token.column)
        self._deeper()
        self._take("variant")
        if self._at("string"):
            found = s.Variant(*place, "variant", self._next().text)
        elif self._take("not"):
            found = s.Variant(*place, "not", "", (self._simple_variant(),))
        else:
            self._expect("(", "the name of a variant in quotes")
            found = self._variant()
            self._expect(")")
        self._depth -= 1
        return found

    def _condition(self) -> s.Variant | s.Compare:
        token = self._token
        if self._at("string", "not", "variant") or (
            self._at("(") and self._peek().kind in ("string", "not", "variant")
        ):
            return self._variant()
        left = self._operators()
        operators: tuple[Literal["=", "subset", "in"], ...] = ("=", "subset", "in")
        for op in operators:
            if self._take(op):
                return s.Compare(token.line, token.column, op, left, self._operators())
        raise self._unexpected("'=', 'subset' or 'in'")


def _joined(op: str, run: list[s.Expression]) -> s.Expression:
    if len(run) == 1:
        return run[0]
    return s.Nary(run[0].line, run[0].column, cast(_Op, op), tuple(run))
