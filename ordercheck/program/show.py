"""A program as text that a person can read; nothing reads it back."""

from __future__ import annotations

from collections.abc import Iterator

from ordercheck.program.expr import show as show_expr
from ordercheck.program.ir import (
    ANYWHERE,
    NT,
    Address,
    Assert,
    Assign,
    Assume,
    Block,
    Branch,
    Exit,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    Mark,
    MemObject,
    Param,
    Program,
    Publish,
    Rmw,
    Store,
    Thread,
)


def show(program: Program) -> str:
    """The whole program: parameters, objects, threads (block by block), condition; sizes in bytes."""
    lines = [f"program {program.name}" + (f" ({program.variant})" if program.variant else "")]
    lines += [f"  parameter {_param(p)}" for p in program.params]
    lines += [f"  assume {show_expr(a)}" for a in program.assumptions]
    lines += [f"  object {_object(o)}" for o in program.objects]
    for thread in program.threads:
        lines += [f"  thread {thread.name}", *(f"    {line}" for line in _thread(thread))]
    if program.observe:
        lines.append("  observe " + ", ".join(map(str, program.observe)))
    if program.condition is not None:
        lines.append(f"  {program.condition.quantifier} {show_expr(program.condition.expr)}")
    return "\n".join(lines)


def show_instruction(instr: Instr) -> str:
    """One instruction: `name[offset:size]` are bytes of an object."""
    match instr:
        case Load():
            expected = "" if instr.expect is None else f", expected {show_expr(instr.expect)}"
            return f"{instr.dst} = load {_place(instr)}{expected}"
        case Store():
            return f"{_store_word(instr)} {_place(instr)} = {show_expr(instr.value)}"
        case Rmw():
            condition = "" if instr.when is None else f" if {show_expr(instr.when)}"
            return f"{instr.dst} = locked {_place(instr)} := {show_expr(instr.value)}{condition}"
        case Fence():
            label = f" # {instr.label}" if instr.label else ""
            return (" ".join(sorted(instr.tags)).lower() or "compiler barrier") + label
        case Mark():
            value = "" if instr.value is None else f" {show_expr(instr.value)}"
            target = f"{instr.dst} = " if instr.dst else ""
            return f"{target}{' '.join(sorted(instr.tags)).lower()} {_bytes(instr.address, 0)}{value}"
        case Assign():
            return f"{instr.dst} = {show_expr(instr.value)}"
        case Havoc():
            return f"{instr.dst} = anything in [{_bound(instr.low)}, {_bound(instr.high)}]"
        case Assume():
            return f"assume {show_expr(instr.condition)}"
        case Assert():
            return f"assert {show_expr(instr.condition)}"
        case Publish():
            return f"publish {instr.name}"
    return f"not modelled: {instr.what}"


def _param(param: Param) -> str:
    if param.sort == "bool":
        return f"{param.name}: true or false"
    return f"{param.name} in [{_bound(param.low)}, {_bound(param.high)}]"


def _bound(value: int | None) -> str:
    return "any" if value is None else str(value)


def _object(memory: MemObject) -> str:
    size = "of any size" if memory.size is None else f"{memory.size} bytes"
    before = "any bytes, such as" if memory.anything else "all bytes"
    content = [f"{before} {memory.fill:#x}"] if memory.fill or memory.anything else []
    content += [f"[{offset}:{size}] = {value:#x}" for offset, (size, value) in memory.init.items() if value]
    return ", ".join([memory.name, size, memory.visibility.value, *content])


def _thread(thread: Thread) -> Iterator[str]:
    yield from (f"{name} = {show_expr(value)}" for name, value in thread.init.items())
    for number, block in enumerate(thread.blocks):
        if number:
            yield f"{_label(thread, number)}:"
        yield from (f"  {show_instruction(instr)}" for instr in block.body)
        end = _end(thread, number, block)
        if end:
            yield f"  {end}"


def _label(thread: Thread, number: int) -> str:
    return f"{thread.blocks[number].label or 'block'}{number}"


def _end(thread: Thread, number: int, block: Block) -> str:
    end = block.end
    if isinstance(end, Branch):
        then, other = _label(thread, end.then), _label(thread, end.other)
        return f"if {show_expr(end.condition)} goto {then} else goto {other}"
    last = number + 1 == len(thread.blocks)
    if isinstance(end, Goto):
        return "" if end.target == number + 1 else f"goto {_label(thread, end.target)}"
    return "" if isinstance(end, Exit) and last else "exit"


def _place(instr: Load | Store | Rmw) -> str:
    return _bytes(instr.address, instr.size)


def _bytes(address: Address, size: int) -> str:
    place = show_expr(address.offset) + (f":{size}" if size else "")
    return f"{'*' if address.object == ANYWHERE else address.object}[{place}]"


def _store_word(instr: Store) -> str:
    words = ["nt-store" if NT in instr.tags else "store"]
    words += ["lasting"] if instr.lasting else []
    words += [] if instr.publishes else ["(publishes nothing)"]
    return " ".join(words)
