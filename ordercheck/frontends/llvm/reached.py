"""What a call by a pointer may come to in the modules, and leave non-temporal stores pending by.

That an unknown function leaves none pending is believed; the modules themselves refute that where
they hold one that does and whose address is taken. So is a call of what assembly outside of
functions defines: the kernel's static calls jump to what a pointer says (`DEFINE_STATIC_CALL`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from ordercheck.errors import GaveOut, InputError
from ordercheck.frontends.llvm import calls
from ordercheck.frontends.llvm.called import INDIRECT, Called
from ordercheck.frontends.llvm.code import WEAK, Code
from ordercheck.frontends.llvm.effects import UNNAMED
from ordercheck.frontends.llvm.flat import Flat, Step
from ordercheck.frontends.llvm.inline import flatten
from ordercheck.frontends.llvm.ir import Function, FunctionType, GlobalRef
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.pending import may_leave
from ordercheck.frontends.llvm.summaries import Summaries
from ordercheck.frontends.llvm.survey import (
    STREAMS,
    Found,
    by_pointer,
    callers,
    holders,
    orders,
    statements,
    streamers,
)
from ordercheck.frontends.llvm.survey import unique as once
from ordercheck.frontends.llvm.taken import word

MAX_NAMED = 3


class Reached:
    """Asks modules for the functions that a call which names none may come to."""

    def __init__(self, code: Code, summaries: Summaries) -> None:
        self._code, self._find = code, summaries.find

    def doubt(self, flat: Flat, step: Step, called: Called) -> str:
        """Why it is not believed of a call that it leaves nothing pending; "" where it is."""
        if not self._names_none(step, called):
            return self._handed(flat, step) if called.kind == "unknown" else ""
        names = [f.name for _, f in self._leaving if _fits(f, step)]
        if called.name and any(self._in_assembly(module, called.name) for module in self._code.modules):
            names.append("assembly outside of functions")
        what = called.name if called.name == INDIRECT else f"the call of {called.name}"
        return f"{what}, which may come to {_listed(names)}" if names else ""

    def _handed(self, flat: Flat, step: Step) -> str:
        """The same of a function that nobody knows, and that is given one to call."""
        given = {r.value.name for r in flat.operands(step) if isinstance(r.value, GlobalRef)}
        names = [f.name for _, f in self._leaving if f.name in given] if given else []
        return f"the call of {step.instr.callee_name}, which may call {_listed(names)}" if names else ""

    def doubt_of_assembly(self, step: Step, name: str) -> str:
        """The same of a call from within an asm statement, whose arguments nobody sees."""
        what = f"the call of {name}: an asm statement calls it"
        summary = self._find(name)
        streams = summary is not None and any(access.nt for access in summary.writes)
        if streams or self._code.find(step.frame.module, name) is not None:
            return what
        if name != UNNAMED and not self._defined_in_assembly(name):
            return ""
        names = [f.name for _, f in self._leaving]
        return f"{what}, and it may come to {_listed(names)}" if names else ""

    def _names_none(self, step: Step, called: Called) -> bool:
        """Whether nobody says which function a call comes to."""
        if called.kind != "unknown":
            return False
        return not isinstance(step.instr.callee, GlobalRef) or self._defined_in_assembly(called.name)

    def _in_assembly(self, module: Module, name: str) -> bool:
        """Whether assembly that defines a symbol has non-temporal stores somewhere."""
        return _defines(module, name) and any(orders(line) for line in module.assembly)

    # the functions

    @cached_property
    def _leaving(self) -> list[tuple[Module, Function]]:
        """The functions that a pointer may lead to and that may leave non-temporal stores pending."""
        outside = streamers(self._code, self._find)
        found = {f: m.functions[f[1]] for f in outside if self._leaves_by_summary(f[1]) for m in [f[0]]}
        found = {key: function for key, function in found.items() if self._taken(*key)}
        suspects = self._with_callers(holders(self._code, self._find, STREAMS))
        self._grow(found, suspects)
        if found:
            # who calls these by a pointer in turn
            suspects = self._with_callers([*suspects, *self._calling_by_pointer()])
            known = -1
            while known < len(found):
                known = len(found)
                self._grow(found, suspects)
        return [(module, function) for (module, _), function in sorted(found.items(), key=_by_name)]

    def _grow(self, found: dict[Found, Function], suspects: Iterable[Found]) -> None:
        """Adds those that leave stores pending if these do."""

        def leaves(step: Step, called: Called) -> bool:
            return self._names_none(step, called) and any(_fits(f, step) for f in found.values())

        for module, name in suspects:
            if (module, name) not in found and self._taken(module, name):
                flat, what = self._laid_out(module, name)
                if flat is None or may_leave(flat, what, leaves):
                    found[module, name] = module.functions[name]

    def _laid_out(self, module: Module, name: str) -> tuple[Flat | None, dict[int, Called]]:
        def doubt(caller: Module, called: str) -> str:
            why = self._code.doubt(caller, called)
            return "" if why == WEAK else why

        try:
            flat = flatten(module, module.functions[name], self._code.find, doubt)
            return flat, calls.resolve(flat, self._find)
        except (GaveOut, InputError):
            return None, {}

    def _leaves_by_summary(self, name: str) -> bool:
        summary = self._find(name)
        return summary is not None and not summary.drains

    def _taken(self, module: Module, name: str) -> bool:
        if self._code.owner(module, name) is not None:
            return module.takes(name)
        return any(m.takes(name) for m in self._code.modules if self._code.owner(m, name) is None)

    def _with_callers(self, start: Iterable[Found]) -> list[Found]:
        """These, and who may call them, from within assembly too."""
        found = dict.fromkeys(start)
        work = list(found)
        while work:
            module, name = work.pop()
            new = [*callers(self._code, module, name), *self._calling_from_assembly(name)]
            work += [f for f in new if f not in found]
            found |= dict.fromkeys(new)
        return once(self._code, found)

    def _calling_from_assembly(self, name: str) -> list[Found]:
        symbol = word([name])
        return [
            (module, user)
            for module in self._code.modules
            for user in module.defined()
            if module.holds(user, (" asm ",)) and module.holds(user, (name,))
            if any(symbol.search(text) for text in statements(module, user))
        ]

    def _calling_by_pointer(self) -> list[Found]:
        """The functions that call what they do not name."""
        found = [(m, name) for m in self._code.modules for name in m.defined() if by_pointer(m, name)]
        labels = {n for m in self._code.modules for n in m.functions if self._defined_in_assembly(n)}
        return [*found, *((m, user) for m in self._code.modules for n in labels for user in m.mentions(n))]

    def _defined_in_assembly(self, name: str) -> bool:
        """Whether assembly outside of functions, and nothing else, says where a symbol is."""
        return any(_defines(module, name) for module in self._code.modules)


@lru_cache(maxsize=4)
def reached(code: Code, summaries: Summaries) -> Reached:
    """Of these modules, and what is known of the functions outside; asked once."""
    return Reached(code, summaries)


def _defines(module: Module, name: str) -> bool:
    """Whether assembly outside of functions, and nothing else there, says where a symbol is."""
    function = module.functions.get(name)
    if function is not None and function.blocks:
        return False
    label = f"{name}:"
    return any(line.lstrip().startswith(label) for line in module.assembly)


def _fits(function: Function, step: Step) -> bool:
    """Whether a call has the arguments that the function needs: any number, where one of them varies."""
    of = step.instr.source_type
    if function.type.vararg or (isinstance(of, FunctionType) and of.vararg):
        return True
    return len(function.params) <= len(step.instr.operands)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    which = ", ".join(dict.fromkeys(names[:MAX_NAMED]))
    return f"{which}{more}, and leave non-temporal stores pending"


def _by_name(item: tuple[Found, Function]) -> str:
    return item[0][1]
