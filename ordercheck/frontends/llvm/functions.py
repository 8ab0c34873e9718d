"""Functions in LLVM's printed form: head, parameters, blocks (LangRef, "Functions")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ordercheck.frontends.llvm import control_text
from ordercheck.frontends.llvm.bodies import Positions, joined, label_of
from ordercheck.frontends.llvm.debug import Debug, Variable
from ordercheck.frontends.llvm.instructions import Lines
from ordercheck.frontends.llvm.ir import BasicBlock, Function, FunctionType, Instruction, Parameter
from ordercheck.frontends.llvm.tokens import Words, name_of
from ordercheck.frontends.llvm.values_text import Reader
from ordercheck.program.ir import Source

_LINKAGES = frozenset(
    (
        *("private", "internal", "available_externally", "linkonce", "linkonce_odr", "weak", "weak_odr"),
        *("common", "appending", "extern_weak", "external"),
    )
)


class Functions:
    """Reads the functions of one module. groups: the attributes of each `#N`; positions: see there."""

    def __init__(
        self,
        reader: Reader,
        groups: Mapping[str, frozenset[str]],
        debug: Debug,
        file: str,
        positions: Positions | None,
    ) -> None:
        self._reader, self._groups, self._debug = reader, groups, debug
        self._file, self._positions = file, positions
        self._lines = Lines(reader, groups)

    def read(self, name: str, before: str, after: str, body: str) -> Function:
        """A function. before, after: what stands in its head before and after its name; body: its lines.

        Raises UnreadableError where the head is not understood.
        """
        start = Words(before)
        words = control_text.head(self._reader, start)
        returns = self._reader.type(start)
        behind = Words(after)
        params, vararg = self._parameters(behind)
        attributes: set[str] = set()
        while behind.peek()[:1] == "#":
            attributes |= self._groups.get(behind.next(), frozenset())
        subprogram = _attached(words) or _attached(behind.rest())
        if subprogram and body:
            known = self._debug.arguments(subprogram, body, params)
            variables = [(p, known.get(p.name, Variable(p.name))) for p in params]
            params = [Parameter(p.name, p.type, v.name, p.attributes, v.type) for p, v in variables]
        source = self._debug.subprogram(subprogram) if subprogram else Source(self._file, 0, name)
        return Function(
            name,
            FunctionType(returns, tuple(p.type for p in params), vararg),
            tuple(params),
            self._blocks(name, body, params, source, bool(subprogram)),
            frozenset(attributes),
            linkage(words),
            source,
        )

    def _parameters(self, words: Words) -> tuple[list[Parameter], bool]:
        words.need("(")
        found: list[Parameter] = []
        vararg = False
        while words.more(")"):
            if words.eat("..."):
                vararg = True
                continue
            of = self._reader.type(words)
            attributes = frozenset(self._reader.attributes(words))
            name = name_of(words.next()) if words.peek()[:1] == "%" else str(len(found))
            found.append(Parameter(name, of, name, attributes))
        return found, vararg

    def _blocks(
        self, name: str, body: str, params: list[Parameter], source: Source, debug: bool
    ) -> tuple[BasicBlock, ...]:
        # what has no name has a number, in one series with the parameters that have none
        label = str(sum(p.name.isdigit() for p in params))
        # what the compiler itself added to code that says where it comes from has a function, and no line
        nowhere = Source("", 0, source.function) if debug else source
        place = _placing(self._debug, nowhere)
        found: list[tuple[str, list[Instruction]]] = []
        for _, line in joined(body.split("\n")):
            stated = label_of(line)
            if stated is not None:
                found.append((stated, []))
                continue
            if not found:
                found.append((label, []))
            found[-1][1].append(self._lines.read(line, place))
        if not debug and self._positions is not None:
            self._place(name, found)
        return tuple(BasicBlock(label, tuple(instructions)) for label, instructions in found)

    def _place(self, name: str, blocks: list[tuple[str, list[Instruction]]]) -> None:
        """Says where in the file itself instructions stand."""
        assert self._positions is not None
        places = iter(self._positions.of(name, [i.op for _, body in blocks for i in body]))
        for _, body in blocks:
            for number, (instr, (line, column)) in enumerate(zip(body, places, strict=False)):
                body[number] = replace(instr, source=replace(instr.source, line=line, column=column))


def _placing(debug: Debug, nowhere: Source) -> Callable[[str], Source]:
    return lambda node: debug.source(node) if node else nowhere


def _attached(words: list[str]) -> str:
    """The subprogram that is attached among these words, "" where none is."""
    return words[words.index("!dbg") + 1] if "!dbg" in words[:-1] else ""


def linkage(words: list[str]) -> str:
    """The linkage among the words before a type, "" where it is the ordinary one."""
    return next((word for word in words if word in _LINKAGES), "")
