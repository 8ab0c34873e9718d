"""Runs of one thread that delay one store as long as the machine allows, and nothing else.

Every hazard is a store that is late. Which store is worth delaying is guessed from a run
in program order; whether delaying it does harm is what the machine shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ordercheck.engines.operational.config import MachineConfig
from ordercheck.engines.operational.entry import Byte, Entry
from ordercheck.engines.operational.machine import Machine, State
from ordercheck.engines.operational.orders import delayed
from ordercheck.engines.operational.watch import Violation, Watch
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, variables
from ordercheck.program.ir import (
    MFENCE,
    NT,
    SFENCE,
    Assert,
    Assign,
    Assume,
    Branch,
    Fence,
    Havoc,
    Instr,
    Load,
    Program,
    Rmw,
    Store,
    Thread,
    Visibility,
)
from ordercheck.verdict import ASSERTIONS

MAX_STEPS = 200_000
MAX_SCRIPTED = 5_000
"""A script leads to its violation in far fewer."""
BEHIND = 500
"""Steps after the last choice that a script makes, in which what it is for must show."""
MAX_CANDIDATES = 48
MAX_CHOICES = 4

Script = Mapping[str, Iterable[int]]
"""For registers that free choices set, their values in turn."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One step: an instruction was executed (with the value loaded or chosen, or the store made), or an entry
    drained.

    before: the bytes that a drained entry replaced.
    """

    kind: str
    instr: Instr
    entry: Entry | None = None
    value: int = 0
    place: Byte = ("", 0)
    before: bytes = b""
    buffered: tuple[Entry, ...] = ()
    violation: Violation | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """held: the number of the store to delay (None: none); picks: bit i is the i-th free choice.

    Later ones are drawn from picks too, so that no loop waits for ever for a choice.
    values: the first choices themselves, where somebody else found them.
    """

    held: int | None
    picks: int = 0
    values: tuple[int, ...] = ()

    def choice(self, instr: Havoc, number: int) -> int:
        """What free choice `number` (from 0) sets the register to."""
        if number < len(self.values):
            value = self.values[number]
            return bool(value) if instr.sort == "bool" else value
        return extremes(instr)[self._pick(number)]

    def _pick(self, number: int) -> int:
        if number < MAX_CHOICES:
            return (self.picks >> number) & 1
        return ((self.picks + 1) * (number + 1) * 2654435761 >> 13) & 1


@dataclass(slots=True)
class Run:
    """What a run showed. ended: that it came to its end, or to a violation.

    told: its steps up to the last choice that a script made; drawn: choices of the plan's own
    before that.
    """

    plan: Plan
    watch: Watch
    ended: bool = True
    told: int = 0
    drawn: int = 0
    steps: list[Happened] = field(default_factory=list)
    publications: set[int] = field(default_factory=set)
    choices: list[int] = field(default_factory=list)

    @property
    def violation(self) -> Violation | None:
        """The first one."""
        return next((s.violation for s in self.steps if s.violation is not None), None)


def run(
    program: Program,
    config: MachineConfig,
    prop: str,
    plan: Plan,
    deadline: Deadline,
    script: Script | None = None,
    most: int = MAX_STEPS,
) -> Run:
    """One run under the plan, to the end, to the first violation, or for so many steps.

    script: what comes before the plan's choices: values for registers, in the order of their choices.
    Raises GaveOut where the time is over, InputError as the machine does.
    """
    return _Runner(Machine(program, config), prop, plan, deadline, script or {}).run(most)


class _Runner:
    def __init__(self, machine: Machine, prop: str, plan: Plan, deadline: Deadline, script: Script) -> None:
        self.machine, self.deadline = machine, deadline
        self.state: State = machine.start()
        self.cpu = self.state.cpus[0]
        self.watch = Watch(machine, prop, plan.held)
        self.result = Run(plan, self.watch)
        self.plan = plan
        self.place: Byte = ("", 0)
        self.stop = False
        self.data = self.drawn = 0
        self.steering = steering(machine.program.threads[0])
        self.script = {register: iter(values) for register, values in script.items()}

    def run(self, most: int) -> Run:
        for count in range(most):
            if count % 64 == 0:
                self.deadline.check()
            # what an assumption excludes is not looked at: it may not even have a value
            instr = None if self.state.dead else self.machine.next(self.cpu, 0)
            if instr is None or self.stop:
                break
            self._execute(instr)
            self._drain(everything=False)
        else:
            self.result.ended = False
            return self.result
        if not self.state.dead:
            self._drain(everything=True)
        return self.result

    def _execute(self, instr: Instr) -> None:
        if isinstance(instr, Rmw) or (isinstance(instr, Fence) and MFENCE in instr.tags):
            self._drain(everything=True)
            if self.stop:
                return
        choice = self._choice(instr)
        number, failed = self.cpu.number, len(self.state.failed)
        entry = self.machine.execute(self.state, 0, instr, choice)
        violation, value = None, 0
        place: Byte = ("", 0)
        if isinstance(instr, Load | Rmw | Havoc):
            value = int(self.cpu.registers[instr.dst])
        if isinstance(instr, Load | Rmw):
            place = self.place
            violation = self.watch.loaded(instr, *place, value, number)
        if entry is not None:
            if self.watch.publishes(instr, entry):
                self.result.publications.add(entry.number)
            self.watch.stored(entry)
        if len(self.state.failed) > failed and self.watch.prop == ASSERTIONS:
            violation = Violation("assertion", instr, ())
        self._record(Happened("execute", instr, entry, value, place), violation)
        if entry is not None and (entry.kind == "X" or self.machine.config.stores == "direct"):
            self._visible(entry)

    def _choice(self, instr: Instr) -> object:
        if isinstance(instr, Load | Rmw):
            # the register that it loads into may be part of its address
            self.place = self.machine.place(self.cpu, instr)
        if isinstance(instr, Load):
            return self._load(instr)
        if isinstance(instr, Fence) and SFENCE in instr.tags and MFENCE not in instr.tags:
            kept, recent = self.machine.recent(self.cpu)
            late = self.plan.held if self.machine.config.nt == "contract" else None
            return (*kept, *(recent if late is None else delayed(recent, late)))
        if isinstance(instr, Havoc):
            if instr.dst not in self.steering:
                self.data += 1
                return distinct(instr, self.data)
            made = self._chosen(instr)
            self.result.choices.append(int(made))
            return made
        return self.machine.choices(self.state, 0, instr)[0]

    def _chosen(self, instr: Havoc) -> int:
        for value in self.script.get(instr.dst, ()):
            low, high = instr.low, instr.high
            fits = (low is None or value >= low) and (high is None or value <= high)
            if instr.sort == "bool" or fits:
                self.result.told, self.result.drawn = len(self.result.steps), self.drawn
                return bool(value) if instr.sort == "bool" else value
            break
        self.drawn += 1
        return self.plan.choice(instr, len(self.result.choices))

    def _load(self, instr: Load) -> int:
        """The newest bytes; but what lies under the held entry, where the machine lets a load pass it."""
        held = self.watch.entry
        data = []
        name, start = self.place
        for k in range(start, start + instr.size):
            where = (name, k)
            options = self.machine.byte_options(self.state, 0, where)
            late = held is not None and held.object == where[0] and held.start <= k < held.end
            data.append(options[-1] if late else options[0])
        return int.from_bytes(bytes(data), "little")

    def _drain(self, everything: bool) -> None:
        """Writes all to memory that may be written, the held entry only where all must go."""
        while not self.stop:
            self.deadline.check()
            held = None
            # not all that are ready: each is dear to find in a long buffer
            for which in self.machine.drainable(self.cpu):
                if self.cpu.buffer[which].number != self.plan.held:
                    self._land(which)
                    break
                held = which
            else:
                if held is None or not everything:
                    return
                self._land(held)

    def _land(self, which: int) -> None:
        entry = self.cpu.buffer[which]
        places = range(entry.start, entry.end)
        before = bytes(self.machine.byte(self.state, (entry.object, k)) for k in places)
        self.machine.drain(self.state, 0, which)
        violation = self.watch.reached_memory(self.state, entry, before)
        if entry.number == self.plan.held:
            self.watch.entry = None
        if violation is None and entry.number in self.result.publications:
            violation = self.watch.seen(self.state, entry)
        self._record(Happened("drain", entry.instr, entry, before=before), violation)

    def _visible(self, entry: Entry) -> None:
        """A store that went to memory at once."""
        self.watch.direct(entry)
        if entry.number in self.result.publications:
            violation = self.watch.seen(self.state, entry)
            if violation is not None:
                self._record(Happened("visible", entry.instr, entry), violation)

    def _record(self, step: Happened, violation: Violation | None) -> None:
        self.result.steps.append(replace(step, buffered=tuple(self.cpu.buffer), violation=violation))
        self.stop |= violation is not None


def extremes(instr: Havoc) -> tuple[int, int]:
    """Two of the values that a free choice may have: its ends, or what is near 0 where it has none.

    A run that shows a violation may choose; it need not try every value.
    """
    if instr.sort == "bool":
        return False, True
    low, high = instr.low, instr.high
    if low is None:
        low = 0 if high is None else min(high, 0)
    return low, low + 1 if high is None else high


def distinct(instr: Havoc, number: int) -> object:
    """A value for what is only stored: another one each time, so that a store that is lost shows."""
    if instr.sort == "bool":
        return bool(number & 1)
    low = instr.low or 0
    value = low + number * 0x0101_0101_0101_0101
    return value if instr.high is None else low + (value - low) % (instr.high - low + 1)


def attempts(
    program: Program, config: MachineConfig, prop: str, deadline: Deadline, script: Script | None = None
) -> Iterator[Run]:
    """Runs that may show a violation: in program order, then with each store late whose delay may do
    harm; so under each set of free choices; of those that a script leaves open, where there is one.
    """
    scripted, most_steps = script is not None, MAX_STEPS if script is None else MAX_SCRIPTED
    most, picks, short = MAX_CHOICES if scripted else 0, 0, 0

    def shown(plan: Plan, steps: int = most_steps) -> Run:
        deadline.check()
        # the first run's choices, which it was given by the script, are the plan's own in the others
        given = script if plan.held is None else None
        return run(program, config, prop, plan, deadline, given, steps)

    while picks < 1 << most:
        done = shown(Plan(None, picks))
        if done.ended:
            short += 1
            most = max(most, min(len(done.choices), MAX_CHOICES))
            yield done
        else:
            # other choices may make a shorter run
            most = MAX_CHOICES
        if done.ended or scripted:
            values = tuple(done.choices) if scripted else ()
            # a run that delays a store has more steps: those in which it lands
            steps = most_steps if done.ended else min(most_steps, 2 * done.told + BEHIND)
            runs = (shown(Plan(number, picks, values), steps) for number in candidates(program, done))
            yield from (_trimmed(each) for each in runs if each.ended)
        picks += 1
        if scripted and not done.drawn:
            # nothing on the way there was the plan's own choice
            break
    if not short:
        raise GaveOut("every run is too long for the reference machine")


def _trimmed(done: Run) -> Run:
    """The run with as many choices in its plan as it made: a token need not say more."""
    done.plan = replace(done.plan, values=done.plan.values[: len(done.choices)])
    return done


def steering(thread: Thread) -> frozenset[str]:
    """The registers on which it depends where control goes and what is accessed."""
    needed: set[str] = set()
    makes: dict[str, list[Expr]] = {}
    roots: list[Expr] = []
    for block in thread.blocks:
        if isinstance(block.end, Branch):
            roots.append(block.end.condition)
        for instr in block.body:
            if isinstance(instr, Assign):
                makes.setdefault(instr.dst, []).append(instr.value)
            elif isinstance(instr, Assume | Assert):
                roots.append(instr.condition)
            elif isinstance(instr, Load | Store | Rmw):
                roots.append(instr.address.offset)
                if isinstance(instr, Rmw) and instr.when is not None:
                    roots.append(instr.when)
    stack = [name for root in roots for name in variables(root)]
    while stack:
        name = stack.pop()
        if name not in needed:
            needed.add(name)
            stack += [n for value in makes.get(name, ()) for n in variables(value)]
    return frozenset(needed)


def candidates(program: Program, done: Run) -> list[int]:
    """Numbers of the stores that something later may overtake: no fence came between.

    done: a run in program order.
    """
    found: dict[int, None] = {}
    pending: dict[Byte, int] = {}
    covered: set[int] = set()
    lasting: set[int] = set()
    since_fence: list[int] = []
    private = {o.name for o in program.objects if o.visibility is Visibility.PRIVATE}
    for step in done.steps:
        instr, entry = step.instr, step.entry
        if step.kind != "execute":
            continue
        if isinstance(instr, Rmw) or (isinstance(instr, Fence) and instr.tags & {SFENCE, MFENCE}):
            pending.clear()
            since_fence.clear()
        if isinstance(instr, Load):
            found.update((pending[b], None) for b in _bytes(step.place, instr.size) if b in pending)
        if entry is None:
            continue
        places = _bytes((entry.object, entry.start), len(entry.data))
        overtaken = {pending[b] for b in places if b in pending}
        found.update(dict.fromkeys(overtaken))
        covered |= overtaken
        non_temporal = isinstance(instr, Store) and NT in instr.tags
        if isinstance(instr, Store) and instr.lasting:
            lasting.add(entry.number)
        if entry.number in done.publications:
            # one that nothing covers again can be seen late; the first and the last of each sort
            # stand for all
            late = [n for (name, _), n in pending.items() if name not in private]
            sorts = [[n for n in late if n not in covered], late, [n for n in late if n in lasting]]
            if non_temporal:
                sorts += [since_fence, [n for n in since_fence if n in lasting]]
            for sort in sorts:
                found.update(dict.fromkeys(sort[:1] + sort[-1:]))
        if entry.object not in private:
            since_fence.append(entry.number)
        if non_temporal:
            pending.update(dict.fromkeys(places, entry.number))
    return list(found)[:MAX_CANDIDATES]


def _bytes(place: Byte, size: int) -> list[Byte]:
    return [(place[0], place[1] + k) for k in range(size)]
