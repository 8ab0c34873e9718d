"""Orders and cycles of relations held as bitsets: acyclicity, closure, reduction.

Every walk keeps the vertices not yet seen as a mask, so that it costs a few operations on
whole rows for each vertex, however many edges there are.
"""

from __future__ import annotations

from ordercheck.relations.explicit import SMALL, Rows, bits, full

# the effort of find_cycle: starts tried times events of the component
_TRIED = 4096


def is_acyclic(a: Rows) -> bool:
    """No cycle, a pair of an event with itself included."""
    n = len(a)
    if n > SMALL:
        return topological(a) is not None
    # peel what leads nowhere, from the end, until nothing is left or nothing goes
    alive = full(n)
    rest = [i for i in range(n - 1, -1, -1) if a[i]]
    for i in range(n):
        if not a[i]:
            alive ^= 1 << i
    while rest:
        stuck = []
        for i in rest:
            if a[i] & alive:
                stuck.append(i)
            else:
                alive ^= 1 << i
        if len(stuck) == len(rest):
            return False
        rest = stuck
    return True


def topological(a: Rows) -> list[int] | None:
    """An order of all events in which a only leads forward, None where there is a cycle."""
    unseen = full(len(a))
    done: list[int] = []
    while unseen:
        root = unseen & -unseen
        stack = [root.bit_length() - 1]
        unseen ^= root
        path = root
        if a[stack[0]] & path:
            return None
        while stack:
            v = stack[-1]
            fresh = a[v] & unseen
            if fresh:
                low = fresh & -fresh
                unseen ^= low
                path |= low
                w = low.bit_length() - 1
                # every edge back to the path shows when its source is entered
                if a[w] & path:
                    return None
                stack.append(w)
            else:
                stack.pop()
                path ^= 1 << v
                done.append(v)
    done.reverse()
    return done


def components(a: Rows) -> list[int]:
    """The strongly connected components as sets, each after all that it leads to.

    Path-based (Gabow): the groups of the current path are masks, merged when an edge
    leads back below the topmost.
    """
    unseen = full(len(a))
    assigned = 0
    found: list[int] = []
    groups: list[int] = []
    roots: list[int] = []
    under: list[int] = []  # all that lies in the groups below this one
    stack: list[int] = []
    while unseen:
        stack.append(_enter((unseen & -unseen).bit_length() - 1, a, groups, roots, under))
        unseen &= unseen - 1
        while stack:
            v = stack[-1]
            fresh = a[v] & unseen
            if fresh:
                low = fresh & -fresh
                unseen ^= low
                stack.append(_enter(low.bit_length() - 1, a, groups, roots, under))
                continue
            stack.pop()
            if roots[-1] == v:
                component = groups.pop()
                roots.pop()
                under.pop()
                assigned |= component
                found.append(component)
    return found


def _enter(v: int, a: Rows, groups: list[int], roots: list[int], under: list[int]) -> int:
    below = under[-1] | groups[-1] if groups else 0
    groups.append(1 << v)
    roots.append(v)
    under.append(below)
    while a[v] & under[-1]:
        top = groups.pop()
        roots.pop()
        under.pop()
        groups[-1] |= top
    return v


def plus(a: Rows) -> list[int]:
    """a^+, the transitive closure."""
    if len(a) <= SMALL:
        return _plus_small(a)
    closure = [0] * len(a)
    for component in components(a):
        if component & (component - 1) == 0:
            v = component.bit_length() - 1
            closure[v] = _reach(closure, a[v] & ~component) | a[v]
            continue
        inside = bits(component)
        leads = 0
        for v in inside:
            leads |= a[v]
        reached = _reach(closure, leads & ~component) | leads | component
        for v in inside:
            closure[v] = reached
    return closure


def _reach(closure: list[int], targets: int) -> int:
    """All that the targets lead to, given what each of them leads to.

    The lowest and the highest are tried first, in turn: one of them comes first in a program
    order, whichever way it runs, and leads to the rest.
    """
    reached = 0
    while targets:
        low = targets & -targets
        beyond = closure[low.bit_length() - 1]
        targets = (targets ^ low) & ~beyond
        reached |= beyond
        if targets:
            last = targets.bit_length() - 1
            beyond = closure[last]
            targets = (targets ^ 1 << last) & ~beyond
            reached |= beyond
    return reached


def _plus_small(a: Rows) -> list[int]:
    rows = list(a)
    for k, through in enumerate(rows):
        if through:
            for i, row in enumerate(rows):
                if row >> k & 1:
                    rows[i] = row | through
    return rows


def star(a: Rows) -> list[int]:
    """a^*, the reflexive and transitive closure."""
    return [row | 1 << i for i, row in enumerate(plus(a))]


def reduce(a: Rows) -> list[int]:
    """The least relation with the transitive closure of a, which must be acyclic.

    Raises ValueError where a has a cycle.
    """
    order = topological(a)
    if order is None:
        raise ValueError("a relation with a cycle has no single transitive reduction")
    reach = [0] * len(a)
    direct = [0] * len(a)
    for v in reversed(order):
        beyond = _reach(reach, a[v])
        direct[v] = a[v] & ~beyond
        reach[v] = a[v] | beyond
    return direct


def find_cycle(a: Rows) -> list[int] | None:
    """A short cycle, each event leading to the next and the last to the first; None where there is none.

    As short as there is, but for components with many events, where only some are tried.
    """
    best: list[int] | None = None
    for component in components(a):
        inside = bits(component)
        for v in inside:
            if a[v] >> v & 1:
                return [v]
        if len(inside) > 1:
            for v in inside[: max(1, _TRIED // len(inside))]:
                found = _cycle_through(a, v, component)
                if best is None or len(found) < len(best):
                    best = found
    return best


def _cycle_through(a: Rows, start: int, component: int) -> list[int]:
    levels = [1 << start]
    unseen = component & ~(1 << start)
    while True:
        ahead = 0
        for v in bits(levels[-1]):
            if a[v] >> start & 1:
                return _trace_back(a, levels, v)
            ahead |= a[v]
        levels.append(ahead & unseen)
        unseen &= ~ahead


def _trace_back(a: Rows, levels: list[int], last: int) -> list[int]:
    cycle = [last]
    for level in reversed(levels[:-1]):
        cycle.append(next(v for v in bits(level) if a[v] >> cycle[-1] & 1))
    cycle.reverse()
    return cycle
