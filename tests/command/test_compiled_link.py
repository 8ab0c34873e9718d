"""Which body a name means in several files: what a linker makes of weak functions and of aliases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command.command_line import run
from tests.command.test_compiled_survey import COPY, DRAIN, FLAG, HEAD, NODE, NT, asked, call, function

EMPTY = "  ret void\n}\n"
DRAINS = f"  {DRAIN}{EMPTY}"
MAIN = function("f", NT, call("order"))


def order(body: str, linkage: str = "", name: str = "order") -> str:
    return f"define {linkage} void @{name}(ptr %p, ptr %q) {{\n{body}"


def alias(of: str, linkage: str = "", name: str = "order") -> str:
    return f"@{name} = {linkage} alias void (ptr, ptr), ptr @{of}\n"


DECLARED = "declare void @order(ptr, ptr)\n"
LINKED = {
    "a weak function gives way": (order(DRAINS, "weak"), order(EMPTY), "refuted"),
    "a weak alias does too": (
        alias("real", "weak") + order(DRAINS, "internal", "real"),
        order(EMPTY),
        "refuted",
    ),
    "to a strong alias as well": (
        order(DRAINS, "weak"),
        alias("real") + order(EMPTY, "internal", "real"),
        "refuted",
    ),
    "a weak function of both is the first": (order(EMPTY, "weak"), order(DRAINS, "weak"), "refuted"),
    "an alias is of its own module's weak body": (
        alias("real") + order(EMPTY, "weak", "real"),
        order(DRAINS, "", "real"),
        "refuted",
    ),
    "whatever there is of that name elsewhere": (
        alias("real") + order(DRAINS, "weak", "real"),
        order(EMPTY, "", "real"),
        "proved",
    ),
    "another module's alias": (DECLARED, alias("real") + order(EMPTY, "internal", "real"), "refuted"),
    "another module's alias, that drains": (
        DECLARED,
        alias("real") + order(DRAINS, "internal", "real"),
        "proved",
    ),
    "what is chosen at run time": (
        f"@order = ifunc void (ptr, ptr), ptr @chooses\n"
        f"define ptr @chooses() {{\n  ret ptr @real\n}}\n{order(DRAINS, '', 'real')}",
        "",
        "unknown",
    ),
}


@pytest.mark.parametrize("case", LINKED)
def test_which_body_is_called(case: str, tmp_path: Path) -> None:
    own, other, verdict = LINKED[case]
    found = asked(tmp_path, {"a.ll": MAIN + own, "b.ll": other}, "--entry", "f", "--contract", "drained")
    assert found == {"a.ll,b.ll:f": verdict}


def test_an_alias_of_a_weak_body_is_not_assumed_to_be_that_one(tmp_path: Path) -> None:
    own = alias("real") + order(DRAINS, "weak", "real")
    words = ("--entry", "f", "--contract", "drained", "--refuse", "weak")
    assert asked(tmp_path, {"a.ll": MAIN + own}, *words) == {"a.ll:f": "proved"}


def test_who_calls_by_another_modules_alias_is_a_caller(tmp_path: Path) -> None:
    hasty = "declare void @order(ptr, ptr)\n" + function("hasty", call("order"), FLAG)
    local = COPY.replace("define void", "define internal void")
    found = asked(tmp_path, {"a.ll": alias("copy") + local, "b.ll": hasty})
    assert found["a.ll,b.ll:hasty"] == "refuted"


EQUALS = {
    "one has no drain": (EMPTY, True),
    "the same": (DRAINS, False),
    "the same with other names": (DRAINS.replace(DRAIN, f"%q1 = freeze ptr %q\n  {DRAIN}"), False),
    "another block": (DRAINS.replace("ret", "br label %end\nend:\n  ret"), True),
    "another assembly": (DRAINS.replace("sfence", "lfence"), True),
}


@pytest.mark.parametrize("case", EQUALS)
def test_equals_that_are_not_equal_are_assumed_to_be_the_one_that_is_taken(case: str, tmp_path: Path) -> None:
    body, differs = EQUALS[case]
    own = DRAINS.replace(DRAIN, f"%q2 = freeze ptr %q\n  {DRAIN}") if "names" in case else DRAINS
    files = {"a.ll": MAIN + order(own, "linkonce_odr"), "b.ll": order(body, "linkonce_odr")}
    words = ("--entry", "f", "--contract", "drained")
    assert asked(tmp_path, files, *words) == {"a.ll,b.ll:f": "proved"}
    said = run("verify", *files, *words, "--model", "x86-nt", folder=tmp_path).out
    assert ("weak: " in said and "order" in said) is differs
    refused = asked(tmp_path, files, *words, "--refuse", "weak")["a.ll,b.ll:f"]
    assert refused == ("unknown" if differs else "proved")


@pytest.mark.parametrize("entry", [["--entry", "f"], ["--entry", "order"], []])
@pytest.mark.parametrize("other", [order(EMPTY), alias("real") + order(EMPTY, "internal", "real")])
def test_a_name_that_two_files_have_is_an_error(other: str, entry: list[str], tmp_path: Path) -> None:
    files = {"a.ll": MAIN + DECLARED, "b.ll": order(DRAINS), "c.ll": other}
    for name, text in files.items():
        (tmp_path / name).write_text(HEAD + text + NODE, encoding="utf-8")
    ran = run("verify", "a.ll", "b.ll", "c.ll", *entry, "--model", "x86-nt", folder=tmp_path)
    assert ran.status == 2
    assert "error: order is defined here, and in b.ll:3: expected one definition" in ran.err
