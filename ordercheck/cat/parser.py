"""Tokens of a cat file to a syntax tree: the statements."""

from __future__ import annotations

from typing import Literal, cast

from ordercheck.cat import syntax as s
from ordercheck.cat.expression_parser import STARTS, TESTS, ExpressionParser
from ordercheck.cat.lexer import tokens


def parse(text: str, file: str) -> s.File:
    """The syntax tree of a cat file. Raises InputError with line, column and what was expected."""
    return _Parser(tokens(text, file), file).file()


class _Parser(ExpressionParser):
    def file(self) -> s.File:
        title = None
        if self._at("name", "string"):
            title = self._next().text
            if self._at("name", "string"):
                title = self._next().text
        found: list[s.Statement] = []
        while not self._at("end of file"):
            found.append(self._statement())
        return s.File(title, tuple(found))

    def _statements(self, *ends: str) -> tuple[s.Statement, ...]:
        """The statements up to a token of one of these kinds, which stays."""
        self._deeper(4)
        found: list[s.Statement] = []
        while not self._at(*ends):
            if self._at("end of file"):
                raise self._unexpected(f"a statement or {' or '.join(repr(e) for e in ends)}")
            found.append(self._statement())
        self._depth -= 4
        return tuple(found)

    def _statement(self) -> s.Statement:
        token = self._token
        place = (token.line, token.column)
        if self._take("let"):
            recursive = self._take("rec")
            bindings = self._bindings()
            self._take("in")
            return s.Let(*place, bindings, recursive)
        if self._at(*TESTS, "~", "flag", "undefined_unless"):
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
        if self._take("procedure"):
            return self._procedure(place)
        if self._take("call"):
            name = self._expect("name", "the name of a procedure").text
            argument = self._argument()
            return s.Call(*place, name, argument, self._label())
        if self._take("forall"):
            name = self._expect("name", "a name").text
            self._expect("in")
            over = self._expression()
            self._expect("do")
            body = self._statements("end")
            self._next()
            return s.ForAll(*place, name, over, body)
        if self._take("if"):
            return self._if_statement(place)
        if self._take("match"):
            return self._match_statements(place)
        if self._take("enum"):
            return self._enum(place)
        if self._at("instructions", "default"):
            self._next()
            return self._instructions(place)
        raise self._unexpected(
            "a statement (let, acyclic, irreflexive, empty, flag, show, unshow, include, with, call, ...)"
        )

    def _procedure(self, place: tuple[int, int]) -> s.Procedure:
        if self._at("rec"):
            raise self._error("recursive procedures in cat: not supported", self._token)
        name = self._expect("name", "the name of a procedure").text
        parameters = self._parameters()
        self._expect("=")
        body = self._statements("end")
        self._next()
        return s.Procedure(*place, name, parameters, body)

    def _if_statement(self, place: tuple[int, int]) -> s.IfVariant:
        condition = self._variant()
        then = self._statements("else", "end")
        other = self._statements("end") if self._take("else") else ()
        self._expect("end")
        return s.IfVariant(*place, condition, then, other)

    def _match_statements(self, place: tuple[int, int]) -> s.MatchStatements:
        operand = self._expression()
        self._expect("with")
        self._take("||")
        clauses: list[tuple[str, tuple[s.Statement, ...]]] = []
        default = None
        while True:
            if self._take("_"):
                self._expect("->")
                default = self._statements("end")
                break
            tag = self._expect("tag", "a tag or _").text
            self._expect("->")
            clauses.append((tag, self._statements("end", "||")))
            if not self._take("||"):
                break
        self._expect("end")
        return s.MatchStatements(*place, operand, tuple(clauses), default)

    def _enum(self, place: tuple[int, int]) -> s.Enum:
        name = self._expect("name", "a name").text
        self._expect("=")
        self._take("||")
        tags = [self._expect("tag", "a tag").text]
        while self._take("||"):
            tags.append(self._expect("tag", "a tag").text)
        return s.Enum(*place, name, tuple(tags))

    def _instructions(self, place: tuple[int, int]) -> s.Instructions:
        name = self._expect("name", "a kind of instruction").text
        self._expect("[")
        items = []
        while not self._at("]"):
            items.append(self._operators())
            if not self._take(","):
                break
        self._expect("]", "',' or ']'")
        return s.Instructions(*place, name, tuple(items))

    def _label(self) -> str | None:
        return self._expect("name", "a name").text if self._take("as") else None

    def _test(self) -> s.Test:
        token = self._token
        required = self._take("undefined_unless")
        flag = required or self._take("flag")
        negated = self._take("~") != required
        if not self._at(*TESTS):
            raise self._unexpected("acyclic, irreflexive or empty")
        kind = cast(Literal["acyclic", "irreflexive", "empty"], self._next().kind)
        operand = self._expression()
        name = self._label()
        return s.Test(token.line, token.column, kind, operand, name, negated, flag)

    def _show(self, place: tuple[int, int]) -> s.Show | s.ShowAs:
        if self._at("name") and self._peek().kind not in ("as", *STARTS) and not self._operator_follows():
            return s.Show(*place, self._names())
        operand = self._operators()
        self._expect("as")
        return s.ShowAs(*place, operand, self._expect("name", "a name").text)

    def _operator_follows(self) -> bool:
        return self._peek().kind in ("|", "&", ";", "\\", "*", "+", "?", "^", "++")

    def _names(self) -> tuple[s.Name, ...]:
        found = []
        while True:
            token = self._expect("name", "a name")
            found.append(s.Name(token.line, token.column, token.text))
            if not self._take(","):
                return tuple(found)
