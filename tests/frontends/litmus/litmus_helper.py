"""Small litmus tests of x86, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import zip_longest

import pytest

from ordercheck.cat import Model, load
from ordercheck.engines.axiomatic import outcomes
from ordercheck.engines.operational import explore, machine_of
from ordercheck.errors import Deadline, InputError
from ordercheck.frontends.litmus import Litmus, read_text
from ordercheck.program import wellformed
from ordercheck.program.ir import Instr
from ordercheck.shipped import memory_models

FILE = "t.litmus"
SECONDS = 30.0


@lru_cache
def model(name: str) -> Model:
    return load(memory_models()[name])


def text_of(*threads: str, init: str = "", tail: str = "", arch: str = "X86_64", name: str = "T") -> str:
    """The text of a test; each thread is its instructions with `;` between them."""
    columns = [[cell.strip() for cell in thread.split(";")] for thread in threads]
    rows = [[f"P{n}" for n in range(len(threads))], *zip_longest(*columns, fillvalue="")]
    code = "\n".join(" | ".join(row) + " ;" for row in rows)
    return f"{arch} {name}\n{{ {init} }}\n{code}\n{tail}\n"


def read(*threads: str, init: str = "", tail: str = "", arch: str = "X86_64") -> Litmus:
    """That test, read."""
    litmus = read_text(text_of(*threads, init=init, tail=tail, arch=arch), FILE)
    wellformed.check(litmus.program)
    return litmus


def states_of(litmus: Litmus, under: str = "sc") -> list[str]:
    """Its final states on a model, as herd7 prints them."""
    found = outcomes(litmus.program, model(under), Deadline(SECONDS)).states
    return sorted({litmus.state(state) for state in found})


def machine_states_of(litmus: Litmus, under: str = "sc") -> list[str]:
    """Its final states on the reference machine of a model."""
    config = machine_of(memory_models()[under])
    assert config is not None
    return sorted({litmus.state(s) for s in explore.outcomes(litmus.program, config, Deadline(SECONDS))})


def states(
    *threads: str, init: str = "", shown: str = "", arch: str = "X86_64", under: str = "sc"
) -> list[str]:
    """The final states of a test over what `locations` lists."""
    return states_of(read(*threads, init=init, tail=f"locations [{shown}] exists true", arch=arch), under)


def final(*threads: str, init: str = "", shown: str = "", arch: str = "X86_64") -> str:
    """The one final state."""
    (found,) = states(*threads, init=init, shown=shown, arch=arch)
    return found


def body(litmus: Litmus, thread: int = 0) -> Sequence[Instr]:
    """The instructions of a thread, in order."""
    return [instr for block in litmus.program.threads[thread].blocks for instr in block.body]


def error_of(text: str) -> str:
    """What is wrong with a test: line:column: message."""
    with pytest.raises(InputError) as caught:
        read_text(text, FILE)
    error = caught.value
    assert error.file == FILE
    assert "\n" not in str(error)
    return f"{error.line}:{error.column}: {error.message}"


def holds(litmus: Litmus, under: str = "sc") -> Iterable[bool]:
    """Whether its condition's proposition holds, for each final state."""
    from ordercheck.program.expr import evaluate

    condition = litmus.program.condition
    assert condition is not None
    names = list(map(str, litmus.program.observe))
    found = outcomes(litmus.program, model(under), Deadline(SECONDS)).states
    return [bool(evaluate(condition.expr, dict(zip(names, s, strict=True)))) for s in found]
