"""Parameters and blocks of memory as the source writes them: `pgmap->vmemmap_shift` for `pgmap[104]`.

While a function is translated they are named by offsets. In the end those of which debug information
says what they are get the source's names; a user may go on saying the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.fields import Field, Fields
from ordercheck.frontends.llvm.flat import Flat
from ordercheck.frontends.llvm.ir import StructType
from ordercheck.frontends.llvm.kinds import Made
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.num import Num
from ordercheck.frontends.llvm.places import POINTER, Base
from ordercheck.program.expr import Expr
from ordercheck.program.ir import Elements, Param, Program
from ordercheck.program.transform import renamed


@dataclass(frozen=True, slots=True)
class Number:
    """How many bits a parameter has, and whether its type in the source has a sign."""

    bits: int
    signed: bool

    def of(self, param: Param) -> Param:
        """The parameter, of which that is known."""
        return replace(param, bits=self.bits, signed=self.signed)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of memory. pointer: what the source writes for its address; shown: what it is called itself.

    fields, node: its type where that is known. direct: it is a variable, or else behind a pointer.
    """

    pointer: str
    shown: str
    fields: Fields | None = None
    node: str = ""
    direct: bool = False

    def field(self, offset: int | None, size: int) -> tuple[str, str]:
        """How the source writes what lies there, and the node of its type; "" where that is not known."""
        found = None
        if offset is not None and self.fields is not None and self.node:
            found = self.fields.at(self.node, offset, size)
        return ("", "") if found is None else (self._written(found), found.node)

    def _written(self, field: Field) -> str:
        if not field.path:
            return self.shown if self.direct else f"*{self.pointer}"
        if self.direct:
            return f"{self.shown}.{field.path}"
        pointer = f"({self.pointer})" if self.pointer.startswith("*") else self.pointer
        return f"{pointer}->{field.path}"


class Spelling:
    """The source's names for what the translation of a function made."""

    def __init__(self, flat: Flat, code: Code, bases: Bases) -> None:
        self._flat, self._code, self._bases = flat, code, bases
        self._blocks: dict[Base, Block] = {}

    def block(self, base: Base) -> Block:
        """How the source writes that block."""
        if base not in self._blocks:
            self._blocks[base] = self._block(base)
        return self._blocks[base]

    def content(self, base: Base, offset: int, size: int) -> str:
        """How the source writes what is loaded from there."""
        found, _ = self.block(base).field(offset, size)
        return found or self._by_offset(base, offset)

    def _by_offset(self, base: Base, offset: int | None) -> str:
        if base.kind == "global" and offset == 0:
            return base.name
        return f"{self.block(base).shown}[{'...' if offset is None else offset}]"

    def _block(self, base: Base) -> Block:
        if base.kind == "argument":
            return self._argument(base)
        if base in self._bases.variables:
            return self._variable(base)
        if base not in self._bases.held:
            return Block(f"&{base.name}", base.name)
        inside, offset = self._bases.held[base]
        outer = self.block(inside)
        field, of = outer.field(offset, POINTER)
        written = field or self._by_offset(inside, offset)
        shown = base.name if written == inside.name else written
        return Block(written, shown, outer.fields, outer.fields.pointee(of) if outer.fields else "")

    def _argument(self, base: Base) -> Block:
        params = self._flat.entry.function.params
        param = next((p for p in params if (p.called or p.name) == base.name), None)
        if param is None:
            return Block(f"&{base.name}", base.name)
        fields = self._flat.entry.module.fields
        name = f"%{base.name}" if base.name.isdigit() else base.name
        if "byval" in param.attributes:
            return Block(f"&{name}", name, fields, fields.plain(param.declared), True)
        return Block(name, name, fields, fields.pointee(param.declared))

    def _variable(self, base: Base) -> Block:
        module, name = self._bases.variables[base]
        found = self._code.variable(module, name)
        owner = module if found is None else found[0]
        fields = owner.fields
        return Block(f"&{base.name}", base.name, fields, fields.plain(owner.declared(name)), True)

    # what blocks consist of

    def elements(self, wanted: Set[Base]) -> dict[str, Elements]:
        """Of those blocks that are indexed as arrays of structures: what these are, by the blocks' names."""
        found: dict[str, Elements] = {}
        for step in self._flat.steps():
            of = step.instr.source_type
            if (
                step.instr.op != "getelementptr"
                or not isinstance(of, StructType)
                or len(step.instr.operands) != 2
            ):
                continue
            bases = self._bases.of(step.ref(step.instr.operands[0])).places.keys() & wanted
            for base in bases:
                made = None if base.name in found else _elements(step.frame.module, of)
                if made is not None:
                    found[base.name] = made
        return found

    # what kind of numbers parameters are

    def arguments(self, made: Mapping[str, Made]) -> dict[str, Number]:
        """The parameters that are arguments, by name; made: what each is, by its name in the IR."""
        fields = self._flat.entry.module.fields
        found: dict[str, Number] = {}
        for param in self._flat.entry.function.params:
            value = made.get(param.name)
            if isinstance(value, Num) and value.unsigned.op == "var":
                known = fields.signed(param.declared) and 8 * fields.size(param.declared) == value.bits
                found[value.unsigned.name] = Number(bits=value.bits, signed=known)
        return found

    def contents(self, contents: Mapping[Held, Expr]) -> dict[str, Number]:
        """The parameters that are what memory holds, by name."""
        found: dict[str, Number] = {}
        for (base, offset, size), value in contents.items():
            block = self.block(base)
            _, node = block.field(offset, size)
            known = block.fields is not None and bool(node) and block.fields.signed(node)
            found[value.name] = Number(bits=8 * size, signed=known)
        return found

    # all of a program

    def spelled(
        self, program: Program, addresses: Mapping[Base, Expr], contents: Mapping[Held, Expr]
    ) -> tuple[Program, dict[str, str]]:
        """The program in the source's names, and those of blocks and parameters that changed.

        addresses, contents: the parameters that stand for them.
        """
        blocks = {base.name: self.block(base).shown for base in self._bases.all()}
        params = {value.name: self.content(*where) for where, value in contents.items()}
        params |= {value.name: self.block(base).pointer for base, value in addresses.items()}
        taken = {name for thread in program.threads for name in thread.registers}
        new_params = _chosen((p.name for p in program.params), params, taken)
        new_objects = _chosen((o.name for o in program.objects), blocks, set())
        changed = renamed(program, new_params, new_objects)
        old = {new: old for old, new in new_params.items()}
        spelled = tuple(
            replace(p, also=(*p.also, old[p.name])) if p.name in old else p for p in changed.params
        )
        same = {obj.name: obj.name for obj in program.objects}
        return replace(changed, params=spelled), {**blocks, **same, **new_objects, **new_params}


def _elements(module: Module, of: StructType) -> Elements | None:
    """A structure of LLVM as the debug information has it: they have the same name."""
    name = of.name.removeprefix("struct.").rstrip(".0123456789")
    size = module.layout.size(of)
    node = module.fields.structure(name, size) if name else ""
    fields = tuple((f.path, f.start, f.size) for f in module.fields.all(node)) if node else ()
    return Elements(name, size, fields) if fields else None


Held = tuple[Base, int, int]
"""What lies in a block: its offset and its bytes."""


def _chosen(names: Iterable[str], wanted: Mapping[str, str], taken: set[str]) -> dict[str, str]:
    """The new names for those that get others: each once, and none that something else has."""
    old = list(names)
    taken = taken | set(old)
    found: dict[str, str] = {}
    for name in old:
        new = wanted.get(name, name)
        if new not in taken:
            found[name] = new
            taken.add(new)
    return found
