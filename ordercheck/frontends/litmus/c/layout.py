"""The memory and the initial registers of a C test: what the names of its initial state mean.

Every location holds one value of 32 bits, as in herd7, whatever its type says; the elements
of an array lie one after the other, as far apart as their type is wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.c.cursor import BASE_TYPES
from ordercheck.frontends.litmus.c.values import BITS, SIZE
from ordercheck.frontends.litmus.init import Cell, Entry, Register
from ordercheck.program.ir import MemObject, Visibility

FIRST_ADDRESS, STRIDE = 0x5E000000, 0x10000
MAX_OBJECTS = 4096
_WIDTHS = {"char": 1, "short": 2, "long": 8}
_WIDTHS |= {f"{sign}int{bits}_t": bits // 8 for sign in ("", "u") for bits in (8, 16, 64)}
_OTHERS = frozenset(("", "unsigned", "signed", "short", "srcu_struct"))


class Layout:
    """Names, places and contents. pointing: whether addresses are values in this test."""

    def __init__(self, entries: Sequence[Entry], file: str) -> None:
        self.file = file
        self.pointing = False
        self.registers: dict[tuple[int, str], Entry] = {}
        self._entries: dict[str, Entry] = {}
        self._bases: dict[str, int] = {}
        for entry in entries:
            self._enter(entry)

    def _enter(self, entry: Entry) -> None:
        _check_type(entry, self.file)
        where = entry.location
        if isinstance(where, Register):
            if (where.thread, where.name) in self.registers:
                raise self._error(f"{where} is initialised twice", entry)
            self.registers[where.thread, where.name] = entry
        else:
            if where.name in self._entries:
                raise self._error(f"{where} is initialised twice", entry)
            self._entries[where.name] = entry
            self.declare(where.name)
        for value in entry.cells if entry.cells is not None else (entry.value,):
            if isinstance(value, Cell):
                self.declare(value.name)

    def _error(self, message: str, entry: Entry) -> InputError:
        return InputError(message, self.file, entry.line, entry.column)

    def declare(self, name: str) -> None:
        """There is an object of this name. Raises InputError where there are too many."""
        if name not in self._bases:
            if len(self._bases) == MAX_OBJECTS:
                raise InputError(f"more than {MAX_OBJECTS} locations", self.file)
            self._bases[name] = FIRST_ADDRESS + STRIDE * len(self._bases)

    # what a name means

    def cells(self, name: str) -> int:
        """The number of elements of an array; 0 for what is none."""
        entry = self._entries.get(name)
        return len(entry.cells) if entry is not None and entry.cells is not None else 0

    def stride(self, name: str) -> int:
        """Bytes from one element of an array to the next."""
        return max(SIZE, _width(self._entries.get(name)))

    def offset(self, cell: Cell) -> int:
        """Where a cell is in its object, in bytes; -1 where it lies outside."""
        if cell.index is None:
            return 0
        return cell.index * self.stride(cell.name) if 0 <= cell.index < max(1, self.cells(cell.name)) else -1

    def shown_size(self, name: str) -> int:
        """The bytes of a location's value that herd7 prints."""
        return min(SIZE, _width(self._entries.get(name)))

    def signed(self, name: str) -> bool:
        """Whether herd7 prints the value of a location as a signed number."""
        return _is_signed(self._entries.get(name))

    def register_shown(self, thread: int, name: str) -> tuple[int, bool]:
        """The bytes of a register's value that herd7 prints, and whether as a signed number."""
        entry = self.registers.get((thread, name))
        return min(SIZE, _width(entry)), _is_signed(entry)

    def address(self, cell: Cell) -> int:
        """The address of a location as a value."""
        self.pointing = True
        self.declare(cell.name)
        return self._bases[cell.name] + self.offset(cell)

    def number(self, value: int | Cell | None, width: int, entry: Entry) -> int:
        """An initial value of `width` bytes, as an unsigned number."""
        if isinstance(value, Cell):
            if self.offset(value) < 0:
                raise self._error(f"{value} lies outside its array", entry)
            return self.address(value)
        value = 0 if value is None else value
        if not -(1 << BITS) < value < 1 << BITS:
            raise self._error(f"{value} does not fit in {BITS} bits", entry)
        return value & ((1 << 8 * width) - 1)

    # the whole

    def bases(self) -> Iterable[tuple[str, int]]:
        """Each object's name and address."""
        return self._bases.items()

    def size(self, name: str) -> int:
        """The bytes that an object takes."""
        return max(1, self.cells(name)) * self.stride(name) if self.cells(name) else SIZE

    def objects(self) -> tuple[MemObject, ...]:
        """The memory of the test; objects have addresses where these are values."""
        contents = {name: self._content(name) for name in list(self._bases)}
        return tuple(
            MemObject(
                name,
                self.size(name),
                Visibility.SHARED,
                init=contents[name],
                address=base if self.pointing else None,
            )
            for name, base in self._bases.items()
        )

    def _content(self, name: str) -> dict[int, tuple[int, int]]:
        entry = self._entries.get(name)
        if entry is None:
            return {}
        if entry.cells is None:
            value = self.number(entry.value, self.shown_size(name), entry)
            return {0: (SIZE, value)} if value else {}
        stride = self.stride(name)
        found = {}
        for k, cell in enumerate(entry.cells):
            value = self.number(cell, SIZE, entry)
            if value:
                found[k * stride] = (SIZE, value)
        return found

    def names(self) -> dict[int, str]:
        """The name of each address, where addresses are values; `a+4` for one inside an array."""
        if not self.pointing:
            return {}
        found = {}
        for name, base in self._bases.items():
            found[base] = name
            for k in range(1, self.cells(name)):
                offset = k * self.stride(name)
                found[base + offset] = f"{name}+{offset}"
        return found


def _check_type(entry: Entry, file: str) -> None:
    for word in entry.type.split():
        if word not in BASE_TYPES and word not in _OTHERS and word != "struct":
            raise InputError(f"unknown type {entry.type[:40]}", file, entry.line, entry.column)


def _width(entry: Entry | None) -> int:
    """The bytes of a value of the entry's type; a location without a type is an `int`."""
    if entry is None or entry.pointer:
        return SIZE
    return next((_WIDTHS[word] for word in entry.type.split() if word in _WIDTHS), SIZE)


def _is_signed(entry: Entry | None) -> bool:
    return entry is None or entry.pointer or not entry.type.startswith(("u", "__u"))
