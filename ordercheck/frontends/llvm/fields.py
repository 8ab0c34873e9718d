"""What lies where in the types of the source, by debug information (DWARF: DICompositeType and the like).

Types are named by their nodes, and read when asked for: a kernel module describes thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ordercheck.frontends.llvm.debug import Debug, as_number, as_text

_NODE = re.compile(r"![0-9]+")
_TRANSPARENT = frozenset(f"DW_TAG_{name}_type" for name in ("const", "volatile", "restrict", "atomic")) | {
    "DW_TAG_typedef"
}
_POINTERS = frozenset(f"DW_TAG_{name}_type" for name in ("pointer", "reference", "rvalue_reference"))
_STRUCTURES = frozenset(f"DW_TAG_{name}_type" for name in ("structure", "union", "class"))
MAX_DEPTH = 32
"""Types within types."""
MAX_FIELDS = 512


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar in a type: its bytes, how the source writes the way to it (`lru.next`), and its type."""

    start: int
    size: int
    path: str
    node: str


class Fields:
    """The types of one module."""

    def __init__(self, debug: Debug) -> None:
        self._debug = debug

    def plain(self, node: str) -> str:
        """The type behind typedefs, const and the like; "" where there is none."""
        for _ in range(MAX_DEPTH):
            found = self._debug.of(node)
            if found.get("tag") not in _TRANSPARENT:
                return node
            node = found.get("baseType", "")
        return ""

    def of_global(self, node: str) -> str:
        """The type of a global variable, by what is attached to it."""
        return self._debug.of(self._debug.of(node).get("var", node)).get("type", "")

    def pointee(self, node: str) -> str:
        """What a pointer of that type points to; "" where it is none, or one to anything."""
        found = self._debug.of(self.plain(node))
        return self.plain(found.get("baseType", "")) if found.get("tag") in _POINTERS else ""

    def size(self, node: str) -> int:
        """Bytes of a type; 0 where that is not said."""
        found = self._debug.of(self.plain(node))
        return 8 if found.get("tag") in _POINTERS else as_number(found.get("size")) // 8

    def signed(self, node: str) -> bool:
        """Whether a type is an integer that may be negative."""
        found = self._debug.of(self.plain(node))
        if found.get("tag") == "DW_TAG_enumeration_type":
            found = self._debug.of(self.plain(found.get("baseType", "")))
        return found.get("encoding") in ("DW_ATE_signed", "DW_ATE_signed_char")

    def name(self, node: str) -> str:
        """What a structure is called."""
        return as_text(self._debug.of(node).get("name"))

    def at(self, node: str, offset: int, size: int) -> Field | None:
        """The scalar of that size at that offset in a structure; None: there is none.

        Of several in a union, the first.
        """
        found = self._within(self.plain(node), offset, "", 0, 0)
        return next((f for f in found if f.start == offset and f.size == size), None)

    def all(self, node: str) -> tuple[Field, ...]:
        """Every scalar of a structure; none where there are too many."""
        found: list[Field] = []
        for each in self._within(self.plain(node), None, "", 0, 0):
            found.append(each)
            if len(found) > MAX_FIELDS:
                return ()
        return tuple(found)

    def _within(self, node: str, offset: int | None, path: str, start: int, depth: int) -> Iterator[Field]:
        """The scalars of a type that lies at `start`; only those about `offset` where one is given."""
        found = self._debug.of(node)
        tag, size = found.get("tag", ""), self.size(node)
        if depth > MAX_DEPTH or (offset is not None and not start <= offset < start + size):
            return
        if tag in _STRUCTURES:
            for member in self._elements(found):
                yield from self._member(member, offset, path, start, depth)
        elif tag == "DW_TAG_array_type":
            yield from self._array(node, found, offset, path, start, depth)
        elif size:
            yield Field(start, size, path, node)

    def _member(self, node: str, offset: int | None, path: str, start: int, depth: int) -> Iterator[Field]:
        found = self._debug.of(node)
        if found.get("tag") not in ("DW_TAG_member", "DW_TAG_inheritance"):
            return
        if "DIFlagBitField" in found.get("flags", "") or "DIFlagStaticMember" in found.get("flags", ""):
            return
        name = as_text(found.get("name"))
        inner = f"{path}.{name}" if path and name else path or name
        of = self.plain(found.get("baseType", ""))
        yield from self._within(of, offset, inner, start + as_number(found.get("offset")) // 8, depth + 1)

    def _array(
        self, node: str, found: dict[str, str], offset: int | None, path: str, start: int, depth: int
    ) -> Iterator[Field]:
        of = self.plain(found.get("baseType", ""))
        stride, total = self.size(of), self.size(node)
        # of several dimensions the source writes several indices
        if not stride or len(self._elements(found)) != 1:
            return
        count = total // stride
        wanted = range(min(count, MAX_FIELDS)) if offset is None else [(offset - start) // stride]
        for index in wanted:
            yield from self._within(of, offset, f"{path}[{index}]", start + index * stride, depth + 1)

    def _elements(self, found: dict[str, str]) -> list[str]:
        return _NODE.findall(self._debug.text_of(found.get("elements", "")))

    def structure(self, name: str, size: int) -> str:
        """The node of the structure of that name and size; "" where there is none."""
        start = f'!DICompositeType(tag: DW_TAG_structure_type, name: "{name}",'
        named = (n for n, text in self._debug.nodes.items() if start in text[: len(start) + len("distinct ")])
        return next((n for n in named if self.size(n) == size), "")
