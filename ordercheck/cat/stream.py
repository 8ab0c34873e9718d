"""Walking over the tokens of a cat file, with errors that say what was expected."""

from __future__ import annotations

from ordercheck.cat.lexer import Token
from ordercheck.errors import InputError

# nesting beyond this is no model; it also keeps every recursion well inside Python's limit
MAX_DEPTH = 60
_UNSUPPORTED = {
    "debug": "debug",
    "assert": "assert",
    "catdep": "catdep",
    "when": "let rec ... when",
}


class Stream:
    """A position in a list of tokens. Private to the parser, which is its subclass."""

    def __init__(self, stream: list[Token], file: str) -> None:
        self._tokens, self._file = stream, file
        self._position = 0
        self._depth = 0
        self._token = stream[0]

    def _next(self) -> Token:
        token = self._token
        if self._position + 1 < len(self._tokens):
            self._position += 1
        self._token = self._tokens[self._position]
        return token

    def _peek(self, ahead: int = 1) -> Token:
        return self._tokens[min(self._position + ahead, len(self._tokens) - 1)]

    def _at(self, *kinds: str) -> bool:
        return self._token.kind in kinds

    def _take(self, kind: str) -> bool:
        if self._token.kind == kind:
            self._next()
            return True
        return False

    def _expect(self, kind: str, what: str = "") -> Token:
        if self._token.kind != kind:
            raise self._unexpected(what or f"'{kind}'")
        return self._next()

    def _unexpected(self, expected: str) -> InputError:
        what = _UNSUPPORTED.get(self._token.kind)
        if what is not None:
            return self._error(f"{what} in cat: not supported", self._token)
        return self._error(f"expected {expected}, found {self._token}", self._token)

    def _error(self, message: str, token: Token) -> InputError:
        return InputError(message, self._file, token.line, token.column)

    def _deeper(self, levels: int = 1) -> None:
        self._depth += levels
        if self._depth > MAX_DEPTH:
            raise self._error(f"nested more than {MAX_DEPTH} deep", self._token)
