"""Programs by name and from files, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.python import load, parse_assumption, parse_value
from ordercheck.program import Program, ProgramBuilder
from ordercheck.program.expr import evaluate
from ordercheck.program.ir import Param

GOOD = """
from ordercheck.program import ProgramBuilder

VARIANTS = {"right": "with a drain", "wrong": "without"}
OPTIONS = {"words": (1, 2)}

def log(variant, words):
    p = ProgramBuilder("log")
    memory = p.object("log")
    with p.thread() as t:
        for k in range(words):
            t.nt_store(memory + 8 * k, 8, k)
        if variant == "right":
            t.sfence("drain")
        t.publish()
    return p
"""


def write(folder: Path, text: str) -> str:
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_variants_and_options_of_a_file(tmp_path: Path) -> None:
    family = load(write(tmp_path, GOOD) + ":log")
    assert list(family.variants) == ["right", "wrong"]
    assert len(family.build("", {"words": "2"}).instructions()) == 4
    assert len(family.build("wrong").instructions()) == 2


@pytest.mark.parametrize(
    ("text", "name", "line", "part"),
    [
        ("def f(:\n", "f", 1, "invalid syntax"),
        ("x = 1\nraise ValueError('no such thing')\n", "f", 2, "ValueError: no such thing"),
        ("x = 1\n", "f", 0, "defines no f"),
        ("def f():\n    return 3\n", "f", 0, "gives a int, not a Program"),
        ("def f():\n    return 1 // 0\n", "f", 2, "ZeroDivisionError"),
        ("import sys\nsys.exit(3)\n", "f", 2, "SystemExit"),
        ("def f(variant):\n    raise KeyError(variant)\nVARIANTS = {'a': ''}\n", "f", 2, "KeyError"),
        ("VARIANTS = 3\ndef f(): pass\n", "f", 0, "dictionaries"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    tmp_path: Path, text: str, name: str, line: int, part: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as error:
        load(f"{path}:{name}").build()
    assert part in error.value.message
    assert error.value.file == path
    assert error.value.line == line


def test_a_symbolic_condition_in_a_python_if_is_an_error_at_its_line(tmp_path: Path) -> None:
    text = (
        "from ordercheck.program import ProgramBuilder\n"
        "def f():\n    p = ProgramBuilder('x')\n    n = p.param('n')\n"
        "    if n == 1:\n        pass\n    return p\n"
    )
    with pytest.raises(InputError) as error:
        load(write(tmp_path, text) + ":f").build()
    assert error.value.line == 5
    assert "if_" in error.value.message


@pytest.mark.parametrize("spec", ["nothing", "missing.py:f", "no_colon.py", ":f"])
def test_unknown_programs(spec: str) -> None:
    with pytest.raises(InputError):
        load(spec)


def test_unknown_variants_and_options() -> None:
    family = load("zone_device")
    with pytest.raises(InputError, match="variants: seed"):
        family.build("no-d9")
    with pytest.raises(InputError, match="options: page_size"):
        family.build("seed", {"colour": "red"})
    with pytest.raises(InputError, match="64, 80, 96"):
        family.build("seed", {"page_size": "65"})


def program() -> Program:
    p = ProgramBuilder("x")
    p.param("n", 0, 9)
    p.bool_param("b")
    with p.thread() as t:
        t.sfence()
    return p.build()


@pytest.mark.parametrize(
    ("text", "env", "value"),
    [
        ("n == 1", {"n": 1, "b": False}, True),
        ("0 < n <= 3 and not b", {"n": 3, "b": False}, True),
        ("n % 2 == 0 or b", {"n": 3, "b": False}, False),
        ("n + 2 * 3 == 0x7", {"n": 1, "b": False}, True),
        ("true", {"n": 1, "b": False}, True),
        ("b", {"n": 1, "b": True}, True),
        ("-n < 0", {"n": 1, "b": True}, True),
    ],
)
def test_assumptions(text: str, env: dict[str, int], value: bool) -> None:
    assert evaluate(parse_assumption(text, program()), env) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n ==",
        "m == 1",
        "n",
        "n + 1",
        "b + 1 == 2",
        "n.real == 1",
        "f(n)",
        "n == 'x'",
        "[n]",
        "n if b else n",
        "__import__('os')",
        "n < b",
        "1 << 99999 == n",
        "(" * 300 + "n" + ")" * 300,
        "n == 1.5",
        "lambda: n",
        "n" * 5000,
    ],
)
def test_what_is_no_assumption(text: str) -> None:
    with pytest.raises(InputError):
        parse_assumption(text, program())


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("n % 0 == 3", 1, "`n % 0` divides by zero"),
        ("3 < n // (2 - 2)", 5, "`n // (2 - 2)` divides by zero"),
        ("n << 70000 == 3", 1, "`n << 70000` shifts by 70000 bits: expected 0 to 4096"),
        ("1 << 70000 == n", 1, "`1 << 70000` shifts by 70000 bits: expected 0 to 4096"),
        ("0 == n >> -1", 6, "`n >> -1` shifts by -1 bits: expected 0 to 4096"),
    ],
)
def test_what_means_nothing_is_no_contradiction(text: str, column: int, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_assumption(text, program())
    assert (error.value.message, error.value.column) == (said, column)


def test_parameter_values() -> None:
    n, b = Param("n", "int", 0, 9), Param("b", "bool")
    assert parse_value(n, "0x5") == 5
    assert parse_value(b, "True") is True
    for param, text in ((n, "10"), (n, "-1"), (n, "x"), (b, "7"), (n, "")):
        with pytest.raises(InputError, match=param.name):
            parse_value(param, text)
