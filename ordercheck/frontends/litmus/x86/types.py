"""The types that herd7 knows in the initial state of an assembly test (its lib/testType.ml)."""

from __future__ import annotations

from typing import NamedTuple


class Type(NamedTuple):
    """Bytes of a value, and whether it is printed as a signed number."""

    size: int
    signed: bool


INT = Type(4, True)
# 0: as wide as a pointer. herd7 has a long of 4 bytes, which x86-64 has not
_TYPES = {
    "int": INT,
    "atomic_t": Type(4, False),
    "char": Type(1, True),
    "short": Type(2, True),
    "long": Type(8, True),
    "unsigned": Type(4, False),
    "intptr_t": Type(0, True),
    "uintptr_t": Type(0, False),
    "__int128": Type(16, True),
    "__uint128": Type(16, False),
    "__int128_t": Type(16, False),
    "__uint128_t": Type(16, False),
}
for _size in (1, 2, 4, 8, 16):
    _TYPES[f"int{8 * _size}_t"] = Type(_size, True)
    _TYPES[f"uint{8 * _size}_t"] = Type(_size, False)


def type_of(name: str, word: int) -> Type | None:
    """The type of a name such as "int64_t" or "unsigned long"; word: bytes of a pointer.

    None for one that is not known.
    """
    words = name.split()
    unsigned = "unsigned" in words
    words = [w for w in words if w not in ("unsigned", "signed", "volatile", "const", "_Atomic")]
    if len(words) > 1 and words[-1] == "int":
        words.pop()
    if len(words) > 1 and set(words) == {"long"}:
        words = ["long"]
    if len(words) > 1 or (not words and not name):
        return None
    found = _TYPES.get(words[0] if words else "int")
    if found is None:
        return None
    return Type(found.size or word, found.signed and not unsigned)
