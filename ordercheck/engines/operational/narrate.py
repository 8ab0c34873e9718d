"""A run of the machine in words: what each step did, and what ends stale or lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ordercheck.engines.operational.bearing import idle
from ordercheck.engines.operational.delay import Happened, Run
from ordercheck.engines.operational.delay import steering as steered
from ordercheck.engines.operational.entry import Entry
from ordercheck.engines.operational.watch import Violation, Wrong
from ordercheck.program.ir import NT, Fence, Havoc, Instr, Load, Program, Publish, Rmw, Source, Store
from ordercheck.program.show import show_instruction
from ordercheck.verdict import Step, Trace, callers, framed, place_of

MAX_SHOWN = 6
MAX_FRAMES = 3
"""Calls that a line tells of."""
MAX_STEPS = 40
HALF = 1 << 63
Line = Happened | list[Happened]


def _wrapped(start: int, end: int) -> tuple[int, int]:
    """Addresses of 64 bits wrap, and so does how far they are from the start of their block."""
    first = (start + HALF) % (2 * HALF) - HALF
    return first, first + end - start


def place(name: str, start: int, end: int) -> str:
    """Bytes as a reader counts them: name+first..last."""
    start, end = _wrapped(start, end)
    return f"{name}+{start}..{end - 1}" if end - start > 1 else f"{name}+{start}"


Naming = Callable[[str, int, int], str]
"""What bytes of an object are called."""


def _naming(program: Program) -> Naming:
    """Places with the elements and fields that they are, of objects of which these are known."""
    known = {obj.name: obj.elements for obj in program.objects if obj.elements is not None}

    def named(name: str, start: int, end: int) -> str:
        start, end = _wrapped(start, end)
        elements = known.get(name)
        more = "" if elements is None else elements.naming(start, end)
        return f"{place(name, start, end)} ({more})" if more else place(name, start, end)

    return named


def narrate(run: Run, token: str) -> Trace:
    """The run as a trace; it must have come to a violation."""
    violation = run.violation
    assert violation is not None
    held = next((s.entry for s in run.steps if s.entry and s.entry.number == run.plan.held), None)
    steps: list[Step] = []
    named = _naming(run.watch.machine.program)
    for line in _shortened(run, held):
        number = len(steps) + 1
        steps.append(_merged(number, line) if isinstance(line, list) else _step(number, line, held, named))
    return Trace(
        "schedule",
        violation.hazard,
        _summary(violation, held, named),
        tuple(steps),
        tuple(_lost(violation.wrong, named)),
        _prevention(violation, held),
        token,
        headline=_headline(violation, held),
        at=place_of(violation.at.source),
        late=None if held is None else place_of(held.instr.source),
    )


def _shortened(run: Run, held: Entry | None) -> list[Line]:
    """The steps that matter, with the runs of others between them put together."""
    lines: list[Line] = []
    steering = frozenset(name for t in run.watch.machine.program.threads for name in steered(t))
    unimportant = idle(run, steering)
    for number, step in enumerate(run.steps):
        if number not in unimportant and _matters(step, held, steering):
            lines.append(step)
        elif lines and isinstance(lines[-1], list):
            lines[-1].append(step)
        elif not silent(step):
            lines.append([step])
    if len(lines) <= MAX_STEPS:
        return lines
    # the beginning, where the store is made, matters less than the end
    cut = len(lines) - MAX_STEPS + 10
    middle: list[Happened] = []
    for line in lines[10:cut]:
        middle += line if isinstance(line, list) else [line]
    return [*lines[:10], middle, *lines[cut:]]


def silent(step: Happened) -> bool:
    """Whether nobody but the thread itself can notice the step."""
    return step.kind == "execute" and not isinstance(step.instr, Load | Store | Rmw | Fence | Publish)


def _matters(step: Happened, held: Entry | None, steering: frozenset[str]) -> bool:
    if step.violation is not None or isinstance(step.instr, Publish):
        return True
    if isinstance(step.instr, Havoc):
        return step.instr.dst in steering
    if held is None:
        return bool(getattr(step.instr, "label", ""))
    if step.entry is not None:
        return step.entry.number == held.number or step.entry.overlaps(held)
    if isinstance(step.instr, Load):
        end = step.place[1] + step.instr.size
        return step.place[0] == held.object and step.place[1] < held.end and held.start < end
    return isinstance(step.instr, Fence) and any(e.number == held.number for e in step.buffered)


def describe(number: int, cpu: int, step: Happened) -> Step:
    """One step of a schedule of several threads."""
    return replace(_step(number, step, None), cpu=cpu)


def _step(number: int, step: Happened, held: Entry | None, named: Naming = place) -> Step:
    source = _source(step.instr)
    memory: tuple[str, ...] = ()
    if step.kind != "execute" and step.entry is not None:
        memory = (f"{place(step.entry.object, step.entry.start, step.entry.end)} = {_hex(step.entry.data)}",)
    action = "publish" if isinstance(step.instr, Publish) and step.kind != "execute" else step.kind
    text = _text(step, named)
    if held is not None and step.entry is not None and step.entry.number == held.number:
        text += " (the store that is late)"
    return Step(
        number,
        0,
        action,
        text,
        source.file,
        source.line,
        source.function,
        source.text,
        _buffered(step.buffered),
        memory,
        source.column,
        callers(source),
    )


def _merged(number: int, steps: Sequence[Happened]) -> Step:
    executed = sum(s.kind == "execute" and not silent(s) for s in steps)
    drained = sum(s.kind == "drain" for s in steps)
    parts = [f"{executed} further instructions"] if executed else []
    parts += [f"{drained} stores reach memory"] if drained else []
    first, last = _source(steps[0].instr), _source(steps[-1].instr)
    text = "... " + " and ".join(parts or ["nothing of note"])
    if first.file:
        text += f" ({first} to {last})" if str(first) != str(last) else f" ({first})"
    return Step(number, 0, "merged", text, buffered=_buffered(steps[-1].buffered))


def _text(step: Happened, place: Naming) -> str:
    instr, entry = step.instr, step.entry
    name = getattr(instr, "label", "")
    label = f" [{name}]" if name else ""
    if step.kind == "visible" and entry is not None:
        return f"others see {place(entry.object, entry.start, entry.end)}{label}"
    if step.kind == "drain" and entry is not None:
        if isinstance(instr, Publish):
            return f"`{instr.name}` can be seen: others may look"
        return f"{_hex(entry.data)} reaches {place(entry.object, entry.start, entry.end)}{label}"
    match instr:
        case Load():
            where = place(step.place[0], step.place[1], step.place[1] + instr.size)
            return f"load of {where} returns {step.value:#x}{label}"
        case Rmw():
            where = place(step.place[0], step.place[1], step.place[1] + instr.size)
            return f"locked access of {where} returns {step.value:#x}{label}"
        case Store() if entry is not None:
            kind = "non-temporal store" if NT in instr.tags else "store"
            return f"{kind} of {_hex(entry.data)} to {place(entry.object, entry.start, entry.end)}{label}"
        case Publish():
            return f"publication `{instr.name}`"
        case Fence():
            return (" ".join(sorted(instr.tags)) or "compiler barrier") + label
        case Havoc():
            return f"{instr.dst} is chosen freely: {_choice(instr, step.value)}"
    return show_instruction(instr)


def _choice(instr: Havoc, value: int) -> str:
    """What was chosen. A jump that assembly may take, and one of several ways, is taken or not."""
    if instr.sort != "bool":
        return f"{value}"
    jumps = instr.dst.split(".")[0] in ("jump", "way")
    return ("taken" if value else "not taken") if jumps else ("true" if value else "false")


def _buffered(entries: Sequence[Entry]) -> tuple[str, ...]:
    shown = [
        "SFENCE" if e.kind == "S" else f"{e.kind} {place(e.object, e.start, e.end)} = {_hex(e.data)}"
        for e in entries
    ]
    if len(shown) > MAX_SHOWN:
        return (*shown[: MAX_SHOWN - 1], f"and {len(shown) - MAX_SHOWN + 1} more")
    return tuple(shown)


def _hex(data: bytes) -> str:
    return f"{int.from_bytes(data, 'little'):#x}"


def _source(instr: Instr) -> Source:
    return instr.source


def at(source: Source) -> str:
    """file:line (function), as a reader looks it up; of inlined code with the calls on both sides."""
    frame, inner = framed(place_of(source))
    parts = [frame.function] if frame.function else []
    into = [f"at {c.file}:{c.line}{f' in {c.function}' if c.function else ''}" for c in frame.inlined_at]
    if len(into) > MAX_FRAMES:
        into[1:-1] = ["..."]
    if into:
        parts.append(f"inlined {', '.join(into)}")
    shown = ", ".join(parts)
    if inner:
        through = [
            f"{c.function or 'a call'} at {c.file}:{c.line}" for c in dict.fromkeys((inner[0], inner[-1]))
        ]
        shown += f"{'; ' if shown else ''}by {', '.join(through)}"
    where = f"{frame.file}:{frame.line}" if frame.file else str(source)
    return f"{where} ({shown})" if shown else where


def _lost(wrong: Sequence[Wrong], named: Naming) -> list[str]:
    """Adjacent bytes with one label on one line."""
    lines: list[str] = []
    group: list[Wrong] = []
    for item in [*wrong, None]:
        adjacent = (
            item is not None
            and bool(group)
            and item.where == (group[-1].where[0], group[-1].where[1] + 1)
            and item.label == group[-1].label
        )
        if group and not adjacent:
            lines.append(_lost_line(group, named))
            group = []
        if item is not None:
            group.append(item)
    return lines


def _lost_line(group: Sequence[Wrong], named: Naming) -> str:
    name, start = group[0].where
    has, wanted = _hex(bytes(w.has for w in group)), _hex(bytes(w.wanted for w in group))
    label = f" [{group[0].label}]" if group[0].label else ""
    return f"{named(name, start, start + len(group))}{label}: {has}, should be {wanted}"


def _summary(violation: Violation, held: Entry | None, named: Naming) -> str:
    where = at(violation.at.source)
    bytes_ = "; ".join(_lost(violation.wrong, named))
    late = ""
    if held is not None:
        kind = "non-temporal store" if held.kind == "NT" else "store"
        late = f", since the {kind} of {at(held.instr.source)} is late"
    match violation.hazard:
        case "escape":
            return f"escape: at {where} others can look, and find {bytes_}{late}"
        case "early":
            return f"early: the non-temporal store of {where} can be seen, and behind it {bytes_}{late}"
        case "overtake" if violation.over is not None:
            over = f"the {_kind(violation.over)} of {at(violation.over.source)}"
            return f"overtake: the {_kind(violation.at)} at {where} is lost, {bytes_}: {over} lands over it"
        case "overtake":
            return f"overtake: the load at {where} returns old bytes, {bytes_}{late}"
    name = getattr(violation.at, "name", "") or getattr(violation.at, "label", "")
    what = f" {name}" if name else ""
    detail = f": {bytes_}" if bytes_ else ""
    return f"assertion{what} fails at {where}{detail}{late}"


def _headline(violation: Violation, held: Entry | None) -> str:
    """What is wrong in few words, without positions."""
    kind = "store" if held is None or held.kind != "NT" else "non-temporal store"
    match violation.hazard:
        case "escape":
            name = f", at `{violation.at.name}`" if isinstance(violation.at, Publish) else ""
            late = "bytes are missing" if held is None else f"{kind} still pending"
            return f"escape: {late} where others can look{name}"
        case "early":
            return "early: non-temporal store can be seen before what was stored earlier"
        case "overtake" if violation.over is not None:
            return f"overtake: store is lost, an earlier {_kind(violation.over)} lands over it"
        case "overtake":
            return f"overtake: load returns old bytes, a {kind} is still pending"
    name = getattr(violation.at, "name", "") or getattr(violation.at, "label", "")
    late = f", a {kind} is still pending" if held is not None else ""
    return f"assertion{' ' if name else ''}{name} fails{late}"


def _prevention(violation: Violation, held: Entry | None) -> str:
    if held is None:
        return "no drain would: program order itself is wrong here"
    first, then = _briefly(held.instr.source), _briefly(violation.at.source)
    return f"a drain (sfence) after {first} and before {_meeting(violation)} {then}"


def _meeting(violation: Violation) -> str:
    """What has to come behind a drain."""
    at = violation.at
    match violation.hazard:
        case "escape" if isinstance(at, Publish) and at.name == "return":
            return "the return at"
        case "escape" if isinstance(at, Publish):
            return (
                f"the {at.name} at" if at.name.startswith("call of ") else f"the publication `{at.name}` at"
            )
        case "escape":
            return "the store that lets others look at"
        case "early":
            return "what can be seen before it, the store at"
        case "overtake":
            return f"what overtakes it, the {'load' if isinstance(at, Load) else 'store'} at"
    return "what relies on it at"


def _briefly(source: Source) -> str:
    frame, _ = framed(place_of(source))
    where = f"{frame.file}:{frame.line}" if frame.file else str(source)
    return f"{where} ({frame.function})" if frame.function else where


def _kind(store: Instr) -> str:
    return "non-temporal store" if isinstance(store, Store) and NT in store.tags else "store"
