"""Static variables that nobody but the function in question, and what it calls, can name."""

from __future__ import annotations

from ordercheck.frontends.llvm.flat import Flat
from ordercheck.frontends.llvm.ir import LOCAL_LINKAGE
from ordercheck.frontends.llvm.module import Module

Functions = set[tuple[Module, str]]


class Statics:
    """Asks modules who mentions a static variable, by its name in their text."""

    def __init__(self, flat: Flat) -> None:
        entry = flat.entry
        self._entry = entry.module, entry.function.name
        self._inside: Functions = {(s.frame.module, s.frame.function.name) for s in flat.steps()}
        self._known: dict[tuple[Module, str], bool] = {}

    def alone(self, module: Module, name: str) -> bool:
        """Whether only this function, and functions that it alone calls, mention the variable."""
        key = (module, name)
        if key not in self._known:
            self._known[key] = self._only_ours(module, name)
        return self._known[key]

    def _only_ours(self, module: Module, name: str) -> bool:
        seen: set[str] = set()
        work = [name]
        while work:
            symbol = work.pop()
            users = module.users(symbol)
            if users is None:
                return False
            for user in users - seen - {symbol}:
                seen.add(user)
                if (module, user) not in self._inside:
                    return False
                if (module, user) == self._entry:
                    continue
                if module.functions[user].linkage not in LOCAL_LINKAGE:
                    return False
                work.append(user)
        return True
