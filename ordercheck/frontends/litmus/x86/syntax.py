"""The columns of an x86 litmus test.

X86_64 tests are in AT&T order (source first), X86 tests in Intel order (target first).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.lexer import brief
from ordercheck.frontends.litmus.sections import Span, without_comments
from ordercheck.frontends.litmus.x86.instruction import Column, Instruction, Item, Label, Opcode
from ordercheck.frontends.litmus.x86.opcodes import opcode
from ordercheck.frontends.litmus.x86.operands import BadOperandError, Operand, read_operands
from ordercheck.frontends.litmus.x86.registers import Part, is_general, is_vector, part

MAX_THREADS, MAX_INSTRUCTIONS = 64, 4096
# herd7 lets the prefix stand apart from its instruction
_LOCK = re.compile(r"(\block\s*);", re.IGNORECASE)
_LABEL = re.compile(r"([A-Za-z_.][\w.]*)\s*+:\s*+")
_THREAD = re.compile(r"P?(\d{1,4})$")
_WORD = re.compile(r"([A-Za-z][\w.]*)\s*")
_TARGET = re.compile(r"[A-Za-z_.][\w.]*$")
# cells that were read before: the tests of a suite are made of the same few
_CELLS: dict[tuple[str, bool], tuple[Instruction | Label, ...]] = {}
_MAX_CELLS, _MAX_CELL = 8192, 80


def read_columns(span: Span, file: str, wide: bool) -> list[Column]:
    """The threads, in order; wide: in 64-bit mode, which is in AT&T order.

    Raises InputError with the place of what is not understood.
    """
    return _Columns(span, file, wide).columns()


class _Columns:
    def __init__(self, span: Span, file: str, wide: bool) -> None:
        # comments become blanks, so that places stay as they are
        self.text = _LOCK.sub(r"\1 ", without_comments(span.text))
        self.span, self.file, self.wide = span, file, wide
        # how far lines were counted, how many there were, where the last one starts
        self._counted, self._line, self._line_start = 0, span.line, 1 - span.column

    def columns(self) -> list[Column]:
        rows = self._rows()
        header = next(rows, None)
        if header is None:
            message = "expected the threads, such as 'P0 | P1 ;'"
            raise InputError(message, self.file, self.span.line, self.span.column)
        threads = [self._thread(text, start) for text, start in header]
        if threads != list(range(len(threads))):
            raise self._error("expected the threads P0, P1, ... in order", *header[0])
        if len(threads) > MAX_THREADS:
            raise self._error(f"more than {MAX_THREADS} threads", *header[MAX_THREADS])
        found: list[Column] = [[] for _ in threads]
        count = 0
        for row in rows:
            if len(row) != len(found) and (len(row) > 1 or row[0][0].strip()):
                raise self._error(f"expected {len(found)} cells in this line, found {len(row)}", *row[0])
            count += len(row)
            if count > MAX_INSTRUCTIONS:
                raise self._error(f"more than {MAX_INSTRUCTIONS} instructions", *row[0])
            for column, (text, start) in zip(found, row, strict=False):
                stripped = text.strip()
                if stripped:
                    self._cell(column, stripped, start + text.index(stripped))
        return found

    def _rows(self) -> Iterator[list[tuple[str, int]]]:
        *pieces, rest = self.text.split(";")
        position = 0
        for piece in pieces:
            cells = []
            start = position
            for cell in piece.split("|"):
                cells.append((cell, start))
                start += len(cell) + 1
            # a semicolon may stand before the threads
            if position or len(cells) > 1 or piece.strip():
                yield cells
            position += len(piece) + 1
        if rest.strip():
            raise self._error("expected ';' at the end of this line", rest, position)

    def _thread(self, text: str, start: int) -> int:
        match = _THREAD.match(text.strip())
        if match is None:
            raise self._error(f"expected a thread such as P0, found {text.strip()[:20]!r}", text, start)
        return int(match.group(1))

    def _cell(self, column: Column, text: str, start: int) -> None:
        line, place = self._place(start)
        known = _CELLS.get((text, self.wide))
        if known is None:
            try:
                known = _read_cell(text, self.wide)
            except BadOperandError as error:
                raise InputError(error.message, self.file, *self._place(start + error.offset)) from None
            if len(_CELLS) < _MAX_CELLS and len(text) <= _MAX_CELL:
                _CELLS[text, self.wide] = known
        for what in known:
            column.append(Item(what, line, place))

    def _place(self, position: int) -> tuple[int, int]:
        """Line and column; positions do not decrease from call to call."""
        newlines = self.text.count("\n", self._counted, position)
        if newlines:
            self._line += newlines
            self._line_start = self.text.rindex("\n", self._counted, position) + 1
        self._counted = position
        return self._line, position - self._line_start + 1

    def _error(self, message: str, text: str, position: int) -> InputError:
        return InputError(message, self.file, *self._place(position + len(text) - len(text.lstrip())))


def _read_cell(text: str, wide: bool) -> tuple[Instruction | Label, ...]:
    """The labels and the instruction in a cell. Raises BadOperandError."""
    found: list[Instruction | Label] = []
    position = 0
    while (label := _LABEL.match(text, position)) is not None and part(label.group(1), wide) is None:
        found.append(Label(label.group(1)))
        position = label.end()
    locked = False
    while position < len(text):
        word = _WORD.match(text, position)
        if word is None:
            raise BadOperandError(
                f"expected an instruction, found {text[position : position + 20]!r}", position
            )
        mnemonic = word.group(1).lower()
        if mnemonic == "lock" and not locked:
            locked, position = True, word.end()
            continue
        found.append(_read_instruction(text, mnemonic, position, word.end(), locked, wide))
        return tuple(found)
    if locked:
        raise BadOperandError("expected an instruction after the lock prefix", 0)
    return tuple(found)


def _read_instruction(
    text: str, mnemonic: str, start: int, rest: int, locked: bool, wide: bool
) -> Instruction:
    found = opcode(mnemonic)
    if found is None:
        raise BadOperandError(f"the instruction {brief(mnemonic)} is not modelled", start)
    if found.jumps:
        target = text[rest:]
        if not _TARGET.match(target):
            raise BadOperandError("expected a label", rest)
        return Instruction(mnemonic, found, (), locked, text, target)
    try:
        operands = read_operands(text[rest:], wide)
    except BadOperandError as error:
        raise BadOperandError(error.message, rest + error.offset) from None
    if len(operands) not in found.arity:
        wanted = " or ".join(map(str, found.arity))
        noun = "operand" if found.arity == (1,) else "operands"
        raise BadOperandError(f"{mnemonic} takes {wanted} {noun}, found {len(operands)}", start)
    if locked and not found.lockable:
        raise BadOperandError(f"the lock prefix does not go with {mnemonic}", start)
    if any(
        isinstance(o, Part) and not is_general(o) and not (found.vectors and is_vector(o)) for o in operands
    ):
        raise BadOperandError(f"{mnemonic} takes general registers and memory", start)
    operands = operands if wide else operands[::-1]
    read = Instruction(mnemonic, found, operands, locked, text, writes=_written(found, operands))
    return read._replace(symbolic=any(name.startswith("%") for name in read.registers()))


def _written(found: Opcode, operands: tuple[Operand, ...]) -> frozenset[str]:
    chosen = (operands[k] for k in found.writes) if operands else ()
    return frozenset(found.implied).union(o.whole for o in chosen if isinstance(o, Part))
