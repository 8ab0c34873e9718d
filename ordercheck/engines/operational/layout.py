"""Where addresses lie: which bytes of which object an access is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ordercheck.engines.operational.entry import Byte
from ordercheck.errors import InputError
from ordercheck.program.expr import Value, evaluate
from ordercheck.program.ir import ANYWHERE, Address, MemObject, Source


class Layout:
    """The objects of a program, by name and by address."""

    def __init__(self, objects: Iterable[MemObject]) -> None:
        self.objects = {o.name: o for o in objects}

    def initial(self, where: Byte) -> int:
        """What a byte holds before the program runs."""
        return self.objects[where[0]].initial_byte(where[1])

    def locate(self, address: Address, registers: Mapping[str, Value], size: int, source: Source) -> Byte:
        """The first byte of an access of `size` bytes.

        A computed pointer means the object that it points into. Raises InputError where
        the access leaves its object, or where a computed pointer points to none.
        """
        value = int(evaluate(address.offset, registers))
        name, start = self._pointee(value, source) if address.object == ANYWHERE else (address.object, value)
        limit = self.objects[name].size
        if limit is not None and not 0 <= start <= limit - size:
            message = f"{size} bytes at {name}+{start} lie outside the object's {limit} bytes"
            raise InputError(message, source.file, source.line, source.column)
        return name, start

    def _pointee(self, value: int, source: Source) -> Byte:
        for memory in self.objects.values():
            if memory.address is not None and memory.size is not None:
                offset = value - memory.address
                if 0 <= offset < memory.size:
                    return memory.name, offset
        message = f"the address {value:#x} lies in no object"
        raise InputError(message, source.file, source.line, source.column)
