"""`verify` and `trace` of litmus tests, as a user types them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ordercheck import cli
from tests.command.command_line import run

# the flag is stored after the data, which goes around it
MP = """X86_64 MP+nt
"the data is streamed"
{ }
 P0             | P1             ;
 movl $1,%eax   |                ;
 movnti %eax,(x)| movl (y),%eax  ;
 FENCE          | movl (x),%ebx  ;
 movl $1,(y)    |                ;
exists (1:rax=1 /\\ 1:rbx=0)
"""
ONE = """X86_64 one
{ int64_t x=1; int64_t p=x; 0:rcx=5; }
 P0                 ;
 movq (p),%rax      ;
 movnti %rcx,(%rax) ;
 movq (%rax),%rbx   ;
~exists (0:rbx=1)
"""
POINTER = """X86_64 pointer
{ int64_t x=1; int64_t y=2; int64_t p=x; 0:rsi=y; 0:rcx=5; }
 P0              | P1               ;
 movnti %rcx,(y) | movq (p),%rax    ;
 movq %rsi,(p)   | movq (%rax),%rbx ;
exists (1:rax=y /\\ 1:rbx=2)
"""
WAITING = """X86_64 waiting
{ }
 P0           | P1            ;
 movl $1,(x)  | L0:           ;
 movl $1,(y)  | movl (y),%eax ;
              | cmpl $1,%eax  ;
              | jne L0        ;
              | movl (x),%ebx ;
"""
C = """C copy
{ s=1; }
P0(int *x, int *y, int *s)
{
	memcpy_nt(x, s, 4);
	memcpy_nt_drain();
	*y = 1;
}
P1(int *x, int *y)
{
	int r0;
	int r1;
	r0 = *y;
	r1 = *x;
}
exists (1:r0=1 /\\ 1:r1=0)
"""
# a test in C whose words are defined elsewhere, as the kernel's are
MACROS = """C mp
{ }
P0(int *x, int *y) { SET(*x, 1); SET(*y, 1); }
P1(int *x, int *y) { int r0; int r1; r0 = GET(*y); r1 = GET(*x); }
exists (1:r0=1 /\\ 1:r1=0)
"""
DEFINITIONS = "GET(X) __load{once}(X)\nSET(X,V) { __store{once}(X,V); }\n"
BELL = "\"tags\"\nenum Accesses = 'once\ninstructions R[{'once}]\ninstructions W[{'once}]\n"
TSO = """"store buffers, by hand"
include "cos.cat"
let com = rf | fr | co
acyclic po-loc | com as coherence
let ppo = po & ((R * M) | (W * W))
let mfence = po; [MFENCE]; po
acyclic ppo | mfence | rfe | fr | co as tso
"""


def mp(fence: str = "lfence", quantifier: str = "exists", tail: str = "") -> str:
    return MP.replace("FENCE ", fence.ljust(6)).replace("exists", f"{tail}{quantifier}")


FILES = {
    "mp.litmus": mp(),
    "drained.litmus": mp("sfence"),
    "never.litmus": mp(quantifier="~exists"),
    "always.litmus": mp("sfence", "forall").replace("(1:rax=1 /\\ 1:rbx=0)", "(1:rax=0 \\/ 1:rbx=1)"),
    "filtered.litmus": mp(tail="filter (1:rbx=1)\n"),
    "one.litmus": ONE,
    "pointer.litmus": POINTER,
    "waiting.litmus": WAITING + "exists (1:rbx=0)\n",
    "reached.litmus": WAITING + "exists (1:rbx=1)\n",
    "c.litmus": C,
    "macros.litmus": MACROS,
    "my.def": DEFINITIONS,
    "my.bell": BELL,
    "my.cfg": "macros my.def\nbell my.bell\nmodel tso.cat\n",
    "tso.cat": TSO,
    "broken.litmus": MP.replace("movl (y),%eax", "frob (y),%eax").replace("FENCE ", "sfence"),
    "empty.litmus": "",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ask(folder: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """Runs the command line in this process: the status and what was printed."""

    def asked(*arguments: str) -> tuple[int, str]:
        status = cli.status(arguments)
        captured = capfd.readouterr()
        return status, captured.out + captured.err

    return asked


def verdicts(text: str) -> dict[tuple[str, str], str]:
    return {(r["property"], r["model"]): r["verdict"] for r in json.loads(text)["results"]}


# verify


def test_transparency_and_the_condition_on_every_shipped_model(folder: Path) -> None:
    ran = run("verify", "mp.litmus", "--format", "json", folder=folder)
    assert ran.status == 1
    assert verdicts(ran.out) == {
        ("transparency", "sc"): "holds",
        ("transparency", "x86-tso"): "holds",
        ("transparency", "x86-nt"): "refuted",
        ("transparency", "nt-contract"): "refuted",
        ("condition", "sc"): "refuted",
        ("condition", "x86-tso"): "refuted",
        ("condition", "x86-nt"): "holds",
        ("condition", "nt-contract"): "holds",
    }
    for result in ran.json["results"]:
        assert result["program"] == "mp.litmus"
        assert result["statement"] == "exists (1:rax=1 /\\ 1:rbx=0)"
        if result["property"] == "transparency" and result["verdict"] == "refuted":
            assert result["evidence"]["replayed"] == "reference machine"


def test_steps_stand_at_lines_of_the_test(ask: Any) -> None:
    status, out = ask("verify", "mp.litmus", "--model", "x86-nt", "--format", "json")
    transparency = json.loads(out)["results"][0]
    steps = transparency["trace"]["steps"]
    assert status == 1
    assert {step["file"] for step in steps} == {"mp.litmus"}
    stored = next(step for step in steps if step["text"].startswith("non-temporal store"))
    assert (stored["line"], stored["function"], stored["code"]) == (6, "P0", "movnti %eax,(x)")


def test_a_hazard_of_one_thread_has_its_kind_and_its_line(ask: Any) -> None:
    status, out = ask(
        "verify", "one.litmus", "--model", "x86-nt", "--model", "nt-contract", "--format", "json"
    )
    assert status == 1
    assert verdicts(out) == {
        ("transparency", "x86-nt"): "holds",
        ("transparency", "nt-contract"): "refuted",
        ("condition", "x86-nt"): "holds",
        ("condition", "nt-contract"): "refuted",
    }
    refuted = json.loads(out)["results"][1]
    assert refuted["trace"]["hazard"] == "overtake"
    assert "one.litmus:6" in refuted["reason"]


def test_a_refutation_replays_to_the_same_trace(ask: Any) -> None:
    _, out = ask("verify", "never.litmus", "--model", "x86-nt", "--format", "json")
    for found in json.loads(out)["results"]:
        assert found["verdict"] == "refuted"
        status, again = ask("trace", "--replay", found["trace"]["token"], "--format", "json")
        assert status == 1
        shown = json.loads(again)["results"][0]
        assert (shown["property"], shown["verdict"]) == (found["property"], "refuted")
        assert shown["trace"]["steps"] == found["trace"]["steps"]


@pytest.mark.parametrize(
    ("file", "status", "verdict"),
    [
        ("mp.litmus", 0, "holds"),
        ("drained.litmus", 1, "refuted"),
        ("never.litmus", 1, "refuted"),
        ("always.litmus", 0, "holds"),
        # only final states that the filter lets through count
        ("filtered.litmus", 1, "refuted"),
        ("pointer.litmus", 0, "holds"),
    ],
)
def test_quantifiers(ask: Any, file: str, status: int, verdict: str) -> None:
    code, out = ask("trace", file, "--model", "x86-nt", "--format", "json")
    assert (code, verdicts(out)) == (status, {("condition", "x86-nt"): verdict})


def test_a_loop_is_exact_up_to_the_bound_only(ask: Any) -> None:
    status, out = ask("verify", "waiting.litmus", "--model", "x86-tso", "--format", "json", "--bound", "2")
    found = {r["property"]: r for r in json.loads(out)["results"]}
    assert status == 3
    assert found["condition"]["verdict"] == "unknown"
    assert found["condition"]["reason"] == "no execution reaches the condition up to the bound"
    assert ask("verify", "reached.litmus", "--model", "x86-tso")[0] == 0


def test_what_never_happens_up_to_the_bound_says_up_to_where(ask: Any, folder: Path) -> None:
    (folder / "never.litmus").write_text(WAITING + "~exists (1:rbx=0)\n", encoding="utf-8")
    status, out = ask("trace", "never.litmus", "--model", "x86-tso", "--bound", "2")
    assert status == 0
    assert "this is exact for up to 2 passes of each branch that depends on what is loaded" in out


def test_drains_have_names(ask: Any) -> None:
    _, out = ask("verify", "drained.litmus", "--drains", "--format", "json")
    assert {(d["drain"], d["model"]): d["status"] for d in json.loads(out)["drains"]} == {
        ("P0:sfence", "sc"): "redundant",
        ("P0:sfence", "x86-tso"): "redundant",
        ("P0:sfence", "x86-nt"): "required",
        ("P0:sfence", "nt-contract"): "required",
    }
    status, out = ask("verify", "drained.litmus", "--model", "x86-nt", "--without", "P0:sfence")
    assert status == 1
    assert "without P0:sfence" in out


def test_text_says_what_was_asked_and_where_it_ends(ask: Any) -> None:
    _, out = ask("verify", "never.litmus", "--model", "x86-nt")
    assert "~exists (1:rax=1 /\\ 1:rbx=0)" in out
    assert "final state: 1:rax=1; 1:rbx=0;" in out


def test_several_programs_and_expected_verdicts(ask: Any, folder: Path) -> None:
    assert ask("verify", "always.litmus", "reached.litmus", "--model", "sc")[0] == 0
    (folder / "expected.toml").write_text(
        '[[verdict]]\nvariant = ""\ntransparency = { x86-nt = "refuted" }\n', encoding="utf-8"
    )
    status, out = ask("verify", "mp.litmus", "--check-expected", "--model", "x86-nt")
    assert (status, "As expected." in out) == (0, True)


def test_a_copy_in_c_and_its_drain(ask: Any) -> None:
    models = ["--model", "x86-tso", "--model", "x86-nt"]
    status, out = ask("verify", "c.litmus", *models, "--drains", "--format", "json")
    assert {(d["drain"], d["model"]): d["status"] for d in json.loads(out)["drains"]} == {
        ("P0:sfence", "x86-tso"): "redundant",
        ("P0:sfence", "x86-nt"): "required",
    }
    status, out = ask("trace", "c.litmus", "--model", "x86-nt", "--without", "P0:sfence")
    assert status == 0
    assert "   memcpy_nt(x, s, 4);  :5 |" in out


def test_a_configuration_says_model_and_definitions(ask: Any, folder: Path) -> None:
    status, out = ask("verify", "macros.litmus", "--conf", "my.cfg", "--format", "json")
    assert (status, verdicts(out)) == (1, {("transparency", "tso"): "holds", ("condition", "tso"): "refuted"})
    (folder / "elsewhere").mkdir()
    (folder / "tso.cat").rename(folder / "elsewhere" / "tso.cat")
    assert ask("verify", "macros.litmus", "--conf", "my.cfg")[0] == 2
    status, out = ask("trace", "macros.litmus", "--conf", "my.cfg", "-I", "elsewhere")
    assert status == 1
    assert "--conf my.cfg -I elsewhere" in out.splitlines()[-1]


def test_a_token_remembers_the_configuration(ask: Any) -> None:
    asked = ["trace", "macros.litmus", "--conf", "my.cfg", "--model", "x86-nt", "--outcome", "1:r0=1"]
    _, out = ask(*asked, "--format", "json")
    trace = json.loads(out)["results"][0]["trace"]
    status, again = ask("trace", "--replay", trace["token"], "--format", "json")
    assert status == 0
    assert json.loads(again)["results"][0]["trace"]["steps"] == trace["steps"]


# trace


def test_an_allowed_outcome_is_shown_with_a_schedule(folder: Path) -> None:
    ran = run("trace", "mp.litmus", folder=folder)
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[0] == "mp.litmus: condition holds under x86-nt"
    for part in (
        "Initially: x=0; y=0",
        "a: W x=1 NT",
        "   movnti %eax,(x)  :6",
        "Final state: 1:rax=1; 1:rbx=0;",
        "Allowed: this order keeps `internal` and `external`:",
        "a schedule of the reference machine:",
    ):
        assert any(line.startswith(part) for line in lines), part
    assert "fr: e -> a" in lines
    assert lines[-1].startswith("ordercheck trace --replay oc1:")


def test_a_forbidden_outcome_is_shown_with_its_cycle(ask: Any) -> None:
    status, out = ask("trace", "drained.litmus", "--model", "x86-nt")
    assert status == 1
    assert (
        "x86-nt allows no such execution: every one that passes `internal` and `atomic` fails `external`"
        in out
    )
    assert "Forbidden by acyclic `external` of x86-nt (models/memory/x86-nt.cat:" in out
    assert "  a: W x=1 NT --fence--> c: W y=1\n" in out


def test_the_schedule_ends_in_the_state_that_the_execution_does(ask: Any) -> None:
    _, out = ask("trace", "pointer.litmus", "--model", "x86-nt", "--format", "json")
    trace = json.loads(out)["results"][0]["trace"]
    assert trace["kind"] == "schedule"
    assert trace["graph"]["state"] == "1:rax=y; 1:rbx=2;"
    loads = [step["text"] for step in trace["steps"] if "returns" in step["text"]]
    assert loads[-1] == "load of y+0..7 returns 0x2"
    status, again = ask("trace", "--replay", trace["token"], "--format", "json")
    shown = json.loads(again)["results"][0]
    assert (status, shown["verdict"]) == (0, "holds")
    assert shown["trace"]["steps"] == trace["steps"]


def test_without_a_model_the_strongest_that_allows_it_is_shown(ask: Any) -> None:
    assert "condition refuted under x86-nt" in ask("trace", "never.litmus")[1]
    # none allows it: what the weakest says
    assert "condition refuted under nt-contract" in ask("trace", "drained.litmus")[1]


def test_a_model_without_a_machine_says_so(ask: Any) -> None:
    status, out = ask("trace", "mp.litmus", "--model", "tso.cat", "--outcome", "1:rax=0; 1:rbx=0")
    assert status == 0
    assert "no reference machine is described for tso: there is no schedule" in out
    assert "Allowed: this order keeps `coherence` and `tso`:" in out
    status, out = ask("trace", "mp.litmus", "--model", "tso.cat")
    assert status == 1
    assert "--ppo-->" in out


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("1:rax=1; 1:rbx=0", 0),
        ("1:rax=1; 1:rbx=0;", 0),
        ("1:rbx=0 /\\ 1:rax=1", 0),
        ("x=1", 0),
        ("[x]=1,[y]=1", 0),
        ("0:rax=0x1", 0),
        ("1:rax=1; 1:rbx=2", 1),
        ("x=0", 1),
    ],
)
def test_any_outcome_can_be_asked_for(ask: Any, outcome: str, status: int) -> None:
    code, out = ask("trace", "mp.litmus", "--model", "x86-nt", "--outcome", outcome)
    assert code == status
    assert out.splitlines()[1] == outcome


def test_an_outcome_that_nothing_stores_says_so(ask: Any) -> None:
    status, out = ask("trace", "mp.litmus", "--outcome", "1:rax=7", "--model", "x86-nt")
    assert status == 1
    assert "no such final state comes about, whatever is read from where" in out


def test_a_hazard_of_a_test(ask: Any) -> None:
    status, out = ask("trace", "one.litmus", "--property", "transparency")
    assert status == 1
    assert "transparency refuted under nt-contract" in out
    assert "overtake" in out


def test_mail_has_72_columns(ask: Any) -> None:
    for file in ("mp.litmus", "drained.litmus"):
        _, out = ask("trace", file, "--format", "mail", "--model", "x86-nt")
        assert max(map(len, out.splitlines())) <= 72
        assert "P0" in out
        assert "ordercheck trace" in out


@pytest.mark.parametrize("file", ["mp.litmus", "drained.litmus"])
def test_dot(ask: Any, file: str) -> None:
    _, out = ask("trace", file, "--format", "dot", "--model", "x86-nt")
    assert out.startswith("digraph execution {")
    assert out == ask("trace", file, "--format", "dot", "--model", "x86-nt")[1]
    if (graphviz := shutil.which("dot")) is not None:
        done = subprocess.run([graphviz, "-Tsvg"], input=out, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_command_that_a_report_names_shows_the_same(ask: Any) -> None:
    _, out = ask("trace", "drained.litmus", "--model", "x86-nt", "--outcome", "1:rax=1; 1:rbx=0")
    last = out.splitlines()[-1]
    assert last == "ordercheck trace drained.litmus --model x86-nt --outcome '1:rax=1; 1:rbx=0'"


# what a user can get wrong

BAD = {
    "no such test": (["verify", "nope.litmus"], "nope.litmus: error: cannot read"),
    "an empty one": (["verify", "empty.litmus"], "empty.litmus"),
    "a bad instruction": (["trace", "broken.litmus"], "broken.litmus:6:"),
    "a folder": (["verify", "."], "is for `ordercheck litmus`"),
    "a list": (["trace", "@tests"], "is for `ordercheck litmus`"),
    "a variant": (["verify", "mp.litmus", "--variant", "x"], "no variant x"),
    "a parameter": (["verify", "mp.litmus", "--param", "n=1"], "no parameter or option n"),
    "a drain that is not there": (["verify", "drained.litmus", "--without", "D"], "(drains: P0:sfence)"),
    "C without a model": (["verify", "c.litmus"], "c.litmus: error: a test in C needs a model"),
    "no configuration": (["verify", "c.litmus", "--conf", "nope.cfg"], "nope.cfg"),
    "not a state": (
        ["trace", "mp.litmus", "--outcome", "1:rax"],
        "--outcome:1:1: error: expected NAME=VALUE",
    ),
    "half a state": (["trace", "mp.litmus", "--outcome", "x=1; y>2"], "--outcome:1:6: error"),
    "no state": (["trace", "mp.litmus", "--outcome", ""], "--outcome:1:1: error"),
    "no such register": (["trace", "mp.litmus", "--outcome", "1:nope=1"], "has no 1:nope"),
    "no such thread": (["trace", "mp.litmus", "--outcome", "9:rax=1"], "has no 9:rax"),
    "a huge thread": (["trace", "mp.litmus", "--outcome", f"{'9' * 400}:rax=1"], "error"),
    "no such object": (["trace", "mp.litmus", "--outcome", "q=1"], "has no q"),
    "not a number": (["trace", "mp.litmus", "--outcome", "x=z"], "--outcome:1:3: error: expected a number"),
    "too long": (["trace", "mp.litmus", "--outcome", "x=1;" * 2000], "longer than"),
    "two questions": (
        ["trace", "mp.litmus", "--outcome", "x=1", "--property", "condition"],
        "--outcome contradicts --property",
    ),
    "replay and outcome": (
        ["trace", "--replay", "oc1:x", "--outcome", "x=1"],
        "--replay contradicts --outcome",
    ),
    "a graph of nothing": (
        ["trace", "mp.litmus", "--outcome", "x=9", "--format", "dot"],
        "no such final state comes about",
    ),
    "a graph of a schedule": (
        ["trace", "one.litmus", "--property", "transparency", "--format", "dot"],
        "not an execution with a graph",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_exit_2(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments, message = BAD[name]
    assert cli.status(arguments) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert message in captured.err


def test_a_time_out_is_unknown(ask: Any) -> None:
    status, out = ask("trace", "mp.litmus", "--timeout", "0.000001")
    assert status == 3
    assert "time-out" in out
