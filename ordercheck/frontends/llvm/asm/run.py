"""What a node of the graph does to memory and registers, and what holds in every round of a loop."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.frontends.llvm.asm.access import Access
from ordercheck.frontends.llvm.asm.effects import AsmCall, AsmEffect, AsmFence, AsmRmw, AsmUnknown, Input
from ordercheck.frontends.llvm.asm.given import OddError
from ordercheck.frontends.llvm.asm.graph import Call, Do, Fault, Graph, Node, Pass, Unknown
from ordercheck.frontends.llvm.asm.instruction import Instruction
from ordercheck.frontends.llvm.asm.mnemonics import meaning
from ordercheck.frontends.llvm.asm.operands import Mem, Parsed, Ref, Reg, Star
from ordercheck.frontends.llvm.asm.state import State, operand_of


def run(node: Node, state: State) -> tuple[AsmEffect, ...]:
    """The effects of a node that is no loop; state is changed."""
    match node:
        case Pass():
            if node.changed:
                state.forget(node.changed)
            return ()
        case Fault():
            state.faulted()
            return ()
        case Do():
            return _step(node.instruction, state, node.ranges)
        case Call():
            return _call(node.instruction, state)
        case Unknown():
            return _unknown(node.text, node.why, state)
        case _:
            return ()


def _unknown(text: str, why: str, state: State) -> tuple[AsmEffect, ...]:
    state.lose()
    return (AsmUnknown(text, why),)


def _step(instruction: Instruction, state: State, ranges: bool) -> tuple[AsmEffect, ...]:
    try:
        access = Access(instruction, state, ranges)
        found = meaning(access.mnemonic(), instruction.intel, bool(instruction.operands))
        if found is None:
            raise OddError("an instruction that is not modelled")
        found.does(access, found.name, found.suffix)
        if instruction.locked and not any(_drains(effect) for effect in access.effects):
            raise OddError("LOCK without memory that is read and written")
    except OddError as odd:
        return _unknown(instruction.text, str(odd), state)
    return tuple(access.effects)


def _drains(effect: AsmEffect) -> bool:
    return isinstance(effect, AsmFence) or (isinstance(effect, AsmRmw) and effect.locked)


def _call(instruction: Instruction, state: State) -> tuple[AsmEffect, ...]:
    try:
        access = Access(instruction, state)
        if len(access.operands) != 1:
            raise OddError("a call that is not understood")
        effect = _called(access, access.operands[0])
    except OddError as odd:
        return _unknown(instruction.text, str(odd), state)
    state.called()
    return (*access.effects, effect)


def _called(access: Access, target: Parsed) -> AsmCall:
    text = access.instruction.text
    if isinstance(target, Star):
        target = target.operand
        if isinstance(target, Mem):
            access.load(target, 8)
            return AsmCall("", None, text)
        held = operand_of(access.value(target), 8, access.constraints)
        return AsmCall("", held if isinstance(held, Input) else None, text)
    if isinstance(target, Mem) and target.added is not None and target == Mem(added=target.added):
        return _called(access, target.added)
    if isinstance(target, Mem) and target == Mem(symbol=target.symbol):
        name = target.symbol.split("@")[0]
        if name[:1].isdigit() or not name:
            raise OddError("a call within the statement")
        return AsmCall(name, None, text)
    if isinstance(target, Mem) and target == Mem(symbol=target.symbol, added=target.added):
        given = access.constraint(target.added).argument if target.added is not None else None
        if given is None:
            raise OddError("a call that is not understood")
        return AsmCall(target.symbol, Input(given), text)
    if isinstance(target, Ref | Reg):
        held = operand_of(access.value(target), 8, access.constraints)
        return AsmCall("", held if isinstance(held, Input) else None, text)
    if isinstance(target, Mem) and access.instruction.intel:
        access.load(target, 8)
        return AsmCall("", None, text)
    raise OddError("a call that is not understood")


def within(graph: Graph, head: int, state: State) -> dict[int, State]:
    """The states before each node of a loop, in any round of it, when it is entered with `state`."""
    before: dict[int, State] = {head: state.copy()}
    todo = [head]
    while todo:
        number = todo.pop()
        after = before[number].copy()
        run(in_loop(graph.nodes[number]), after)
        for following in graph.after[number]:
            if following not in graph.nodes:
                continue
            known = before.get(following)
            met = after.copy() if known is None else known.meet(after)
            if known is None or met != known:
                before[following] = met
                todo.append(following)
    return before


def in_loop(node: Node) -> Node:
    """The node as one that is executed any number of times."""
    return replace(node, ranges=True) if isinstance(node, Do) else node
