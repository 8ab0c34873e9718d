"""The columns of an x86 litmus test, and the operands of its instructions.

X86_64 tests are in AT&T order (source first), X86 tests in Intel order (target first).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.sections import Span
from ordercheck.frontends.litmus.x86.registers import Part, part

MAX_THREADS, MAX_INSTRUCTIONS = 64, 4096
_COMMENT = re.compile(r"\(\*(?:[^(*]|\((?!\*)|\*(?!\)))*\*\)")
_LABEL = re.compile(r"\s*([A-Za-z_.][\w.]*)\s*:(?![\s\d]*\()")
_THREAD = re.compile(r"\s*P?(\d{1,4})\s*$")
_WORD = re.compile(r"\s*([A-Za-z][\w.]*)")
_TOKEN = re.compile(r"\s*([%$]?[A-Za-z_][\w.]*|\$?-?(?:0[xX][0-9a-fA-F]+|\d+)(?![\w])|[-+*(),\[\]:])")
_MAX_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Immediate:
    """A constant: a number plus the address of `symbol`, if there is one."""

    value: int
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """disp + symbol + base + scale * index, in bytes."""

    disp: int = 0
    symbol: str = ""
    base: str = ""
    index: str = ""
    scale: int = 1


Operand = Part | Immediate | Memory
# operands that were read before: the tests of a suite are made of the same few
_KNOWN: dict[tuple[str, bool], tuple[Operand, ...]] = {}
_MAX_KNOWN = 4096


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its mnemonic in lower case, its operands, source first, and its place."""

    mnemonic: str
    operands: tuple[Operand, ...]
    locked: bool
    text: str
    line: int
    column: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A place to jump to."""

    name: str


@dataclass(slots=True)
class Column:
    """The program of one thread."""

    items: list[Instruction | Label] = field(default_factory=list)
    locked: bool = False


def read_columns(span: Span, file: str, wide: bool) -> list[Column]:
    """The threads, in order. Raises InputError with the place of what is not understood."""
    return _Columns(span, file, wide).columns()


class _Columns:
    def __init__(self, span: Span, file: str, wide: bool) -> None:
        # comments become blanks, so that places stay as they are
        self.text = _COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), span.text)
        self.span, self.file, self.wide = span, file, wide

    def columns(self) -> list[Column]:
        rows = self._rows()
        header = next(rows, None)
        if header is None:
            raise InputError("expected the threads, such as 'P0 | P1 ;'", self.file, self.span.line, 1)
        threads = [self._thread(text, start) for text, start in header]
        if threads != list(range(len(threads))):
            raise self._error("expected the threads P0, P1, ... in order", header[0][1])
        if len(threads) > MAX_THREADS:
            raise self._error(f"more than {MAX_THREADS} threads", header[0][1])
        found = [Column() for _ in threads]
        count = 0
        for row in rows:
            if len(row) > len(found):
                raise self._error(f"{len(row)} cells for {len(found)} threads", row[len(found)][1])
            for column, (text, start) in zip(found, row, strict=False):
                self._cell(column, text, start)
            count += len(row)
            if count > MAX_INSTRUCTIONS:
                raise self._error(f"more than {MAX_INSTRUCTIONS} instructions", row[0][1])
        return found

    def _rows(self) -> Iterator[list[tuple[str, int]]]:
        position = 0
        text = self.text
        while position < len(text):
            end = text.find(";", position)
            if end < 0:
                rest = text[position:]
                if rest.strip():
                    raise self._error("expected ';' at the end of this line", position + _blank(rest))
                return
            cells = []
            start = position
            for cell in text[position:end].split("|"):
                cells.append((cell, start))
                start += len(cell) + 1
            if len(cells) > 1 or cells[0][0].strip() or position:
                yield cells
            position = end + 1

    def _thread(self, text: str, start: int) -> int:
        match = _THREAD.match(text)
        if match is None:
            raise self._error(f"expected a thread such as P0, found {text.strip()[:40]!r}", start)
        return int(match.group(1))

    def _cell(self, column: Column, text: str, start: int) -> None:
        while (label := _LABEL.match(text)) is not None and part(label.group(1), self.wide) is None:
            column.items.append(Label(label.group(1)))
            text, start = text[label.end() :], start + label.end()
        if not text.strip():
            return
        word = _WORD.match(text)
        if word is None:
            raise self._error(f"expected an instruction, found {text.strip()[:40]!r}", start + _blank(text))
        mnemonic = word.group(1).lower()
        if mnemonic == "lock":
            column.locked = True
            self._cell(column, text[word.end() :], start + word.end())
            return
        where = start + word.start(1)
        line, col = self._place(where)
        rest, offset = text[word.end() :], start + word.end()
        if mnemonic.startswith("j"):
            operands: tuple[Operand, ...] = ()
            target = rest.strip()
            if not re.fullmatch(r"[A-Za-z_.][\w.]*", target):
                raise self._error("expected a label", offset + _blank(rest))
        else:
            known = _KNOWN.get((rest, self.wide))
            if known is None:
                known = self._operands(rest, offset)
                if len(_KNOWN) < _MAX_KNOWN:
                    _KNOWN[rest, self.wide] = known
            operands, target = known, ""
        locked, column.locked = column.locked, False
        column.items.append(Instruction(mnemonic, operands, locked, text.strip(), line, col, target))

    def _operands(self, text: str, start: int) -> tuple[Operand, ...]:
        words: list[tuple[str, int]] = []
        position = 0
        while position < len(text) and text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                where = position + _blank(text[position:])
                raise self._error(f"{text[where : where + 20]!r} is no operand", start + where)
            if len(match.group(1)) > _MAX_DIGITS and match.group(1)[-1].isdigit():
                raise self._error("a number of too many digits", start + match.start(1))
            words.append((match.group(1), start + match.start(1)))
            position = match.end()
        if not words:
            return ()
        groups: list[list[tuple[str, int]]] = [[]]
        depth = 0
        for word, where in words:
            depth += (word in "([") - (word in ")]")
            if word == "," and depth == 0:
                groups.append([])
            else:
                groups[-1].append((word, where))
        found = tuple(self._operand(group, start) for group in groups)
        return found if self.wide else found[::-1]

    def _operand(self, words: list[tuple[str, int]], start: int) -> Operand:
        if not words:
            raise self._error("expected an operand", start)
        first, where = words[0]
        if len(words) == 1:
            register = part(first, self.wide)
            if register is not None:
                return register
            if first.lstrip("$-")[:1].isdigit():
                return Immediate(_number(first.removeprefix("$")))
            if first.startswith("$"):
                return Immediate(0, first[1:])
            if first.startswith("%"):
                raise self._error(f"{first} is no register", where)
            return Memory(symbol=first)
        return self._memory(words)

    def _memory(self, words: list[tuple[str, int]]) -> Memory:
        """disp(base,index,scale), symbol(%rip), [symbol+4], [base+index*scale+4], [symbol], (symbol)."""
        texts = [word for word, _ in words]
        where = words[0][1]
        open_ = next((i for i, text in enumerate(texts) if text in "(["), len(texts))
        if ":" in texts[:open_]:
            raise self._error("segments are not supported", where)
        if open_ < len(texts) and texts[-1] != {"(": ")", "[": "]"}[texts[open_]]:
            raise self._error("a bracket is not closed", words[open_][1])
        inside = texts[open_ + 1 : -1] if open_ < len(texts) else []
        disp, symbol = self._sum(texts[:open_], where)
        if "," in inside:
            return self._scaled(inside, disp, symbol, where)
        return self._bracketed(inside, disp, symbol, where)

    def _scaled(self, inside: list[str], disp: int, symbol: str, where: int) -> Memory:
        fields = " ".join(inside).split(",")
        names = [field.strip() for field in fields]
        if len(names) > 3 or any(" " in name for name in names):
            raise self._error("expected disp(base,index,scale)", where)
        base, index = (self._address_register(name, where) if name else "" for name in names[:2])
        scale = _number(names[2]) if len(names) == 3 and re.fullmatch(r"\d+", names[2]) else 1
        if scale not in (1, 2, 4, 8) or (len(names) == 3 and not names[2].isdigit()):
            # herd7 takes any factor; the processor has these
            raise self._error("expected the scale 1, 2, 4 or 8", where)
        return Memory(disp, symbol, base, index, scale)

    def _bracketed(self, inside: list[str], disp: int, symbol: str, where: int) -> Memory:
        base = index = ""
        scale = sign = 1
        position = 0
        while position < len(inside):
            text = inside[position]
            position += 1
            if text in "+-":
                sign = -1 if text == "-" else 1
                continue
            register = part(text, self.wide)
            if register is not None and register.whole.lower().endswith("ip"):
                continue
            if register is not None:
                name = self._address_register(text, where)
                if inside[position : position + 1] == ["*"]:
                    if position + 1 >= len(inside) or inside[position + 1] not in ("1", "2", "4", "8"):
                        raise self._error("expected the scale 1, 2, 4 or 8", where)
                    if index:
                        raise self._error("two scaled registers in one address", where)
                    index, scale = name, int(inside[position + 1])
                    position += 2
                elif not base:
                    base = name
                elif not index:
                    index = name
                else:
                    raise self._error("more than two registers in one address", where)
            elif text.lstrip("-")[:1].isdigit():
                disp += sign * _number(text)
            elif symbol or text.startswith(("%", "$")) or (not text[0].isalpha() and text[0] != "_"):
                raise self._error(f"{text} has no meaning in an address", where)
            else:
                symbol = text
            sign = 1
        return Memory(disp, symbol, base, index, scale)

    def _sum(self, texts: list[str], where: int) -> tuple[int, str]:
        """Numbers and a symbol, added, before a bracket."""
        disp, symbol, sign = 0, "", 1
        for text in texts:
            if text in "+-":
                sign = -1 if text == "-" else 1
            elif text.lstrip("-")[:1].isdigit():
                disp += sign * _number(text)
                sign = 1
            elif not symbol and (text[0].isalpha() or text[0] == "_") and part(text, self.wide) is None:
                symbol = text
            else:
                raise self._error(f"{text} has no meaning before an address", where)
        return disp, symbol

    def _address_register(self, name: str, where: int) -> str:
        register = part(name, self.wide)
        if register is None or register.bits < 32 or register.bits > 64 or register.shift:
            raise self._error(f"{name} holds no address", where)
        return register.whole

    def _place(self, position: int) -> tuple[int, int]:
        line = self.text.count("\n", 0, position)
        column = position - (self.text.rfind("\n", 0, position) + 1)
        return self.span.line + line, column + (self.span.column if line == 0 else 1)

    def _error(self, message: str, position: int) -> InputError:
        return InputError(message, self.file, *self._place(position))


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def _number(text: str) -> int:
    return int(text, 16) if "x" in text.lower() else int(text)
