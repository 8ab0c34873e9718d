"""Arguments and fields whose type has a sign: conditions and values mean it, and are shown with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ordercheck.command import from_llvm
from ordercheck.engines.inductive import Counterexample
from ordercheck.engines.setting import load_model
from ordercheck.engines.showing import Suspicion
from ordercheck.program.ir import NOWHERE, Param
from ordercheck.report.programs import lines
from ordercheck.verdict import TRANSPARENCY
from tests.command.command_line import Ran, run

# clang 19, -O1 -g, of
#   enum small { LOW = -1, HIGH = 1 };
#   enum plain { ZERO, ONE };
#   typedef int number;
#   struct s { number k; unsigned u; long wide; signed char c; enum small e; enum plain f; };
#   void fill(long *d, int n, unsigned m, const long w, struct s *s)
#   {
#           nt(d, 1);
#           if (n >= 0 && m != 3 && w > -5 && s->k >= 0 && s->u != 4 && s->wide != 7 && s->c > 1 &&
#               s->e != HIGH && s->f != ONE)
#                   sfence();
#   }
SIGNS = (Path(__file__).parent / "signs.ll").read_text(encoding="utf-8")
RIGHT = (
    "n == 0 and m == 0 and w == 0 and s->k == 0 and s->u == 0 and s->wide == 0 and s->c == 2 and s->e == 0 "
    "and s->f == 0"
)


def params(folder: Path, text: str) -> dict[str, Param]:
    path = folder / "fill.ll"
    path.write_text(text, encoding="utf-8")
    return {p.name: p for p in from_llvm.load(f"{path}:fill").build().params}


def asked(folder: Path, *words: str, text: str = SIGNS) -> Ran:
    (folder / "fill.ll").write_text(text, encoding="utf-8")
    return run("verify", "fill.ll", "--entry", "fill", "--model", "x86-nt", *words, folder=folder)


def without(name: str) -> str:
    """What makes it right, but for what it says of that parameter."""
    return " and ".join(part for part in RIGHT.split(" and ") if not part.startswith(f"{name} "))


def unknown_types() -> str:
    """The same where the compiler said nothing of types."""
    return re.sub(r", !dbg !\d+| !dbg !\d+|^ +#dbg.*\n", "", SIGNS, flags=re.MULTILINE)


def test_the_types_of_the_source_say_what_has_a_sign(tmp_path: Path) -> None:
    found = {name: (p.bits, p.signed) for name, p in params(tmp_path, SIGNS).items()}
    assert found == {
        "n": (32, True),
        "m": (32, False),
        "w": (64, True),
        "s->k": (32, True),
        "s->u": (32, False),
        "s->wide": (64, True),
        "s->c": (8, True),
        "s->e": (32, True),
        "s->f": (32, False),
    }


def test_where_nobody_says_there_is_no_sign(tmp_path: Path) -> None:
    found = params(tmp_path, unknown_types())
    assert {(p.bits, p.signed) for p in found.values()} == {(32, False), (64, False), (8, False)}


def test_a_type_of_another_width_says_nothing_of_the_sign(tmp_path: Path) -> None:
    """As where the ABI passes something else than the source has."""
    longer = SIGNS.replace('name: "int", size: 32', 'name: "int", size: 64')
    assert not params(tmp_path, longer)["n"].signed
    assert params(tmp_path, longer)["w"].signed


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("n", ["n >= 0 and n < 8", "-1 < n", "n == 7", "not n < 0"], ["n < 8", "n == -1", "n < 0", "n <= 7"]),
        ("w", ["w > -5", "w == -4", "-4 <= w < 0"], ["w < 8", "w == -5", "w != 1"]),
        ("s->k", ["s->k >= 0"], ["s->k < 8", "s->k == -2147483648"]),
        ("s->c", ["s->c > 1", "s->c == 127"], ["s->c < 8", "s->c == -1", "s->c != 3"]),
        ("s->e", ["s->e == -1"], ["s->e == 1"]),
        ("m", ["m > 3"], ["m < 8"]),
    ],
)
def test_a_condition_means_the_signed_value(
    name: str, right: list[str], wrong: list[str], tmp_path: Path
) -> None:
    rest = without(name)
    for text in right:
        assert asked(tmp_path, "--assume", rest, "--assume", text).status == 0, text
    for text in wrong:
        assert asked(tmp_path, "--assume", rest, "--assume", text).status == 1, text


def test_a_counterexample_shows_it_and_replays(tmp_path: Path) -> None:
    words = ("--assume", without("n"), "--assume", "-4 < n < 0")
    ran = asked(tmp_path, *words, "--format", "json")
    [found] = [r for r in ran.json["results"] if r["verdict"] == "refuted"]
    assert found["params"]["n"] in (-3, -2, -1)
    text = asked(tmp_path, *words).out
    assert f"with n={found['params']['n']}," in text
    shown = run("trace", "--replay", found["trace"]["token"], folder=tmp_path)
    assert (shown.status, shown.err) == (1, "")
    assert f"n={found['params']['n']}" in shown.out


@pytest.mark.parametrize(("value", "status"), [("-1", 1), ("4294967295", 1), ("0xffffffff", 1), ("5", 0)])
def test_a_value_may_be_negative_or_a_pattern(value: str, status: int, tmp_path: Path) -> None:
    ran = asked(tmp_path, "--assume", without("n"), "--param", f"n={value}")
    assert ran.status == status
    assert f"n={'5' if status == 0 else '-1'}, assuming" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--param", "n=-2147483649"), "n: -2147483649 lies outside its bounds -2147483648..2147483647"),
        (("--param", "n=4294967296"), "n: 4294967296 lies outside its bounds -2147483648..2147483647"),
        (("--param", "m=-1"), "parameter m is unsigned: -1 is 4294967295 for 32 bits"),
        (
            ("--assume", "m == -1"),
            "--assume:1:1: error: parameter m is unsigned: -1 is 4294967295 for 32 bits",
        ),
        (("--assume", "0 < n and -2 < s->u"), "parameter s->u is unsigned: -2 is 4294967294 for 32 bits"),
        (("--assume", "n == 4294967295"), "contradiction: "),
        (("--param", "n=-1", "--assume", "n >= 0"), "contradiction: `n >= 0` cannot hold with n=-1"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ran = asked(tmp_path, *words)
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert said in ran.err


@pytest.mark.parametrize("text", ["%1 == -1", "-1 == %1", "%1 < -3"])
def test_without_types_a_negative_number_is_answered(text: str, tmp_path: Path) -> None:
    ran = asked(tmp_path, "--assume", text, text=unknown_types())
    given = "-3 is 4294967293" if "3" in text else "-1 is 4294967295"
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert f"parameter %1 is unsigned: {given} for 32 bits" in ran.err


def test_what_is_listed_of_a_program_has_the_sign(tmp_path: Path) -> None:
    path = tmp_path / "fill.ll"
    path.write_text(SIGNS, encoding="utf-8")
    text = "\n".join(lines([from_llvm.load(f"{path}:fill")]))
    assert re.search(r"--param n=\.\.\. +any, -2147483648 to 2147483647", text)
    assert re.search(r"--param m=\.\.\. +any, 0 to 4294967295", text)


def test_what_is_suspected_is_said_with_the_sign(tmp_path: Path) -> None:
    path = tmp_path / "fill.ll"
    path.write_text(SIGNS, encoding="utf-8")
    program = from_llvm.load(f"{path}:fill").build()
    found = Counterexample({"n": 4294967295, "m": 4294967295}, "escape", "d", 0, NOWHERE)
    said = str(Suspicion(program, load_model("x86-nt"), TRANSPARENCY, found, 4))
    assert "with n=-1, m=4294967295 does not replay" in said


@pytest.mark.parametrize(("value", "status"), [("-1", 1), ("1", 0)])
def test_a_negative_value_is_its_pattern_where_that_is_compared(
    value: str, status: int, tmp_path: Path
) -> None:
    text = SIGNS.replace("icmp sgt i32 %1, -1", "icmp ult i32 %1, 4000000000")
    assert asked(tmp_path, "--assume", without("n"), "--param", f"n={value}", text=text).status == status
