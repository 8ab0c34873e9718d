"""A resolved memory model: a shared graph of set and relation terms, and the checks over them.

Names are gone: let-bound names and functions are inlined, equal terms are one object.
Every domain of `ordercheck.relations` evaluates the same graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["set", "rel"]


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """An interned set or relation over events.

    op, by kind of result:
    - "prim": a primitive set or relation, `name` (sets: R W M F IW FW B RMW, and every tag;
      relations: po, po-loc comes resolved, rf, co, loc, int, ext, rmw, si, addr, data, ctrl, id, 0);
    - sets and relations: "union", "inter", "diff", "comp" (complement in the universe), "empty", "univ";
    - relations: "seq", "inv", "cross" (set, set), "ident" (set), "plus" (r+), "star" (r*), "opt" (r?);
    - sets: "domain", "range";
    - "fix": component number `index` of the least fixpoint `rec`; "hole": the variable
      number `index` of the fixpoint `rec` that encloses it.
    """

    op: str
    kind: Kind
    args: tuple[Term, ...] = ()
    name: str = ""
    rec: int = -1
    index: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Check:
    """acyclic, irreflexive or empty `term` (negated: it must not be so), called `name`.

    flag: it does not forbid an execution but marks it (flag ~empty ... as name).
    """

    test: Literal["acyclic", "irreflexive", "empty"]
    term: Term
    name: str
    negated: bool = False
    flag: bool = False
    line: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """A memory model as data.

    fixpoints maps a rec number to the bodies of its components; shows lists named
    relations for display; text is the source, with what it includes, for a digest.
    """

    name: str
    title: str
    path: str
    checks: tuple[Check, ...]
    fixpoints: dict[int, tuple[Term, ...]]
    shows: dict[str, Term]
    digest: str
