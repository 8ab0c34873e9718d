"""Tokens of a cat file to a syntax tree: recursive descent, with herd's precedences.

From the loosest: `|`, `;`, `\\`, `&`, `*` (product) and the prefix `~`, the postfix
`+ * ?`, then `^-1`; application binds tightest. `*`, `~` and the postfix operators do not
associate with one another: where herd reports a syntax error, so do we.
"""

from __future__ import annotations

from typing import Literal, cast

from ordercheck.cat import syntax as s
from ordercheck.cat.lexer import Token, tokens
from ordercheck.cat.stream import MAX_DEPTH, Stream

_TESTS = ("acyclic", "irreflexive", "empty")
_STARTS = frozenset({"name", "0", "{", "_", "(", "begin", "[", "~", "tag"})


def parse(text: str, file: str) -> s.File:
    """The syntax tree of a cat file. Raises InputError with line, column and what was expected."""
    return _Parser(tokens(text, file), file).file()


class _Parser(Stream):
    def file(self) -> s.File:
        title = None
        if self._at("name", "string"):
            title = self._next().text
            if self._at("name", "string"):
                title = self._next().text
        found: list[s.Statement] = []
        while not self._at("end"):
            found.append(self._statement())
        return s.File(title, tuple(found))

    def _statement(self) -> s.Statement:
        token = self._token
        place = (token.line, token.column)
        if self._take("let"):
            recursive = self._take("rec")
            bindings = self._bindings()
            self._take("in")
            return s.Let(*place, bindings, recursive)
        if self._at(*_TESTS, "~", "flag"):
            return self._test()
        if self._take("show"):
            return self._show(place)
        if self._take("unshow"):
            return s.Unshow(*place, self._names())
        if self._take("include"):
            return s.Include(*place, self._expect("string", "a file name in quotes").text)
        if self._take("with"):
            name = self._expect("name", "a name").text
            self._expect("from")
            return s.WithFrom(*place, name, self._expression())
        raise self._unexpected(
            "a statement (let, acyclic, irreflexive, empty, flag, show, unshow, include, with)"
        )

    def _test(self) -> s.Test:
        token = self._token
        flag = self._take("flag")
        negated = self._take("~")
        if not self._at(*_TESTS):
            raise self._unexpected("acyclic, irreflexive or empty")
        kind = cast(Literal["acyclic", "irreflexive", "empty"], self._next().kind)
        operand = self._expression()
        name = self._expect("name", "a name").text if self._take("as") else None
        return s.Test(token.line, token.column, kind, operand, name, negated, flag)

    def _show(self, place: tuple[int, int]) -> s.Show | s.ShowAs:
        if self._at("name") and self._peek().kind not in ("as", *_STARTS) and not self._operator_follows():
            return s.Show(*place, self._names())
        operand = self._operators()
        self._expect("as")
        return s.ShowAs(*place, operand, self._expect("name", "a name").text)

    def _operator_follows(self) -> bool:
        return self._peek().kind in ("|", "&", ";", "\\", "*", "+", "?", "^")

    def _names(self) -> tuple[s.Name, ...]:
        found = []
        while True:
            token = self._expect("name", "a name")
            found.append(s.Name(token.line, token.column, token.text))
            if not self._take(","):
                return tuple(found)

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

    # expressions

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
        else:
            result = self._operators()
            if self._at(","):
                items = [result]
                while self._take(","):
                    items.append(self._operators())
                result = s.TupleOf(*place, tuple(items))
        self._depth -= 1
        return result

    def _operators(self) -> s.Expression:
        """Operands joined by binary operators, grouped from the tightest to the loosest."""
        negated = self._at("~")
        operands = [self._operand()]
        operators: list[Token] = []
        while self._at("|", "&", ";", "\\", "*"):
            if self._at("*") and (negated or (operators and operators[-1].kind == "*")):
                raise self._error("'*' here can be read in two ways: write parentheses", self._token)
            operators.append(self._next())
            negated = self._at("~")
            operands.append(self._operand())
        if self._at("++", "||", "&&", "tag"):
            raise self._unexpected("an operator")
        for op in ("*", "&", "\\", ";", "|"):
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
            return following.kind in _STARTS
        return self._peek(2).kind not in _TESTS

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
        while self._at("name", "0", "{", "_", "(", "begin", "["):
            argument_token = self._token
            argument: s.Expression
            if self._take("name"):
                argument = s.Name(argument_token.line, argument_token.column, argument_token.text)
            else:
                argument = self._simple()
            result = s.Apply(token.line, token.column, result, argument)
            count += 1
            if count > MAX_DEPTH:
                raise self._error(f"more than {MAX_DEPTH} arguments", argument_token)
        return result

    def _simple(self) -> s.Expression:
        token = self._token
        place = (token.line, token.column)
        if self._take("0"):
            return s.Constant(*place, "0")
        if self._take("_"):
            return s.Constant(*place, "_")
        if self._take("{"):
            self._expect("}", "'}' (sets with elements are not supported)")
            return s.Constant(*place, "{}")
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


def _joined(op: str, run: list[s.Expression]) -> s.Expression:
    if len(run) == 1:
        return run[0]
    return s.Nary(run[0].line, run[0].column, cast(Literal["|", "&", ";", "\\", "*"], op), tuple(run))
