"""A place in the tokens of litmus C, and the small pieces of its grammar: types, annotations, orders."""

from __future__ import annotations

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.c.syntax import Tags
from ordercheck.frontends.litmus.c.tokens import END, Tokens

MAX_DEPTH = 100
# herd7's C knows integers of 32 bits
LOWEST, HIGHEST = -(1 << 31), (1 << 32) - 1
_MAX_DIGITS = 12

_INTEGERS = frozenset(
    f"{sign}int{bits}_t"
    for sign in ("", "u")
    for bits in (
        8,
        16,
        32,
        64,
    )
)
_WIDE = frozenset(("__int128_t", "__uint128_t", "__int128", "__uint128"))
BASE_TYPES = frozenset(("char", "int", "long", "void", "mtx_t", "spinlock_t", "atomic_t", "atomic_int"))
BASE_TYPES |= {"intptr_t", "uintptr_t"} | _INTEGERS | _WIDE
_QUALIFIERS = frozenset(("volatile", "const"))
_TYPE_STARTS = BASE_TYPES | _QUALIFIERS | {"struct", "_Atomic", "atomic"}
ORDERS = {
    "memory_order_relaxed": "RLX",
    "memory_order_acquire": "ACQ",
    "memory_order_release": "REL",
    "memory_order_acq_rel": "ACQ_REL",
    "memory_order_seq_cst": "SC",
    "memory_order_consume": "CON",
}
# Other words of C, such as `continue`, are names in litmus C.
KEYWORDS = frozenset(("if", "else", "while")) | _TYPE_STARTS | frozenset(ORDERS)


class Cursor:
    """The tokens, the index of the next one, and how deep the parser is nested."""

    __slots__ = ("depth", "index", "starts", "texts", "tokens")

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.texts, self.starts = tokens.texts, tokens.starts
        self.index = 0
        self.depth = 0

    # tokens

    def error(self, message: str, index: int | None = None) -> InputError:
        """An InputError at a token: the next one where `index` is not given."""
        return self.tokens.error(message, self.starts[self.index if index is None else index])

    def unexpected(self, wanted: str) -> InputError:
        """The next token is not what was expected."""
        text = self.texts[self.index]
        found = "the end" if text == END else f"`{text}`"
        return self.error(f"expected {wanted}, found {found}")

    def expect(self, text: str) -> int:
        """Passes `text`; its offset."""
        if self.texts[self.index] != text:
            raise self.unexpected(f"`{text}`")
        self.index += 1
        return self.starts[self.index - 1]

    def accept(self, text: str) -> bool:
        """Passes `text` where it is next."""
        if self.texts[self.index] != text:
            return False
        self.index += 1
        return True

    def name(self, what: str) -> str:
        """Passes a name that is no keyword."""
        text = self.texts[self.index]
        if not is_name(text) or text in KEYWORDS:
            raise self.unexpected(what)
        self.index += 1
        return text

    def number(self) -> int:
        """Passes a decimal or hexadecimal constant of 32 bits."""
        text = self.texts[self.index]
        value = self._value(text)
        if value > HIGHEST:
            raise self.error(f"{text} does not fit in 32 bits")
        self.index += 1
        return value

    def _value(self, text: str) -> int:
        if len(text) <= _MAX_DIGITS:
            try:
                return int(text, 16 if text[:2] in ("0x", "0X") else 10)
            except ValueError:
                raise self.error(f"`{text}` is no decimal or hexadecimal number") from None
        if not text.isdecimal():
            raise self.error(f"`{text[:_MAX_DIGITS]}...` is no decimal or hexadecimal number")
        if text.lstrip("0")[_MAX_DIGITS:]:
            raise self.error(f"{text[:_MAX_DIGITS]}... does not fit in 32 bits")
        return int(text.lstrip("0") or "0")

    def deeper(self) -> None:
        """One level more; the caller takes it back from `depth`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} deep")

    # pieces of the grammar

    def at_type(self) -> bool:
        """Is the next token the start of a type?"""
        text = self.texts[self.index]
        return text in _TYPE_STARTS and (text != "atomic" or self.texts[self.index + 1] == "<")

    def type(self) -> tuple[str, int]:
        """Passes a type: what it is in the end, and how many `*` it has."""
        self.deeper()
        while self.texts[self.index] in _QUALIFIERS or self.texts[self.index] == "_Atomic":
            self.index += 1
        if self.accept("("):
            base, stars = self.type()
            self.expect(")")
        else:
            base, stars = self._base(), 0
        while True:
            if self.accept("*"):
                stars += 1
            elif self.texts[self.index] in _QUALIFIERS:
                self.index += 1
            else:
                self.depth -= 1
                return base, stars

    def _base(self) -> str:
        text = self.texts[self.index]
        if text == "struct":
            self.index += 1
            if not self.accept("srcu_struct"):
                raise self.unexpected("`srcu_struct`, the one structure of litmus C")
            return "struct srcu_struct"
        if text == "atomic":
            self.index += 1
            self.expect("<")
            base = self._base()
            self.expect(">")
            return base
        if text not in BASE_TYPES:
            raise self.unexpected("a type of litmus C (int, long, intptr_t, atomic_t, spinlock_t, ...)")
        self.index += 1
        return text

    def tags(self) -> Tags:
        """Passes `{annotation, ...}`."""
        self.expect("{")
        found = [self._tag()]
        while self.accept(","):
            found.append(self._tag())
        self.expect("}")
        return tuple(found)

    def _tag(self) -> str:
        parts = [self._tag_part()]
        while self.accept("-"):
            parts.append(self._tag_part())
        return "-".join(parts)

    def _tag_part(self) -> str:
        text = self.texts[self.index]
        if not is_name(text):
            raise self.unexpected("an annotation, such as `once` or `rcu-lock`")
        self.index += 1
        return text

    def order(self) -> str:
        """Passes a C11 memory order; the event set that it means."""
        found = ORDERS.get(self.texts[self.index])
        if found is None:
            raise self.unexpected("a memory order, such as `memory_order_acquire`")
        self.index += 1
        return found


def is_name(text: str) -> bool:
    """Is the token a name or a keyword?"""
    first = text[:1]
    return first.isalpha() or first == "_" or (first == "%" and len(text) > 1)
