"""What scripts rely on: exit statuses, JSON keys, one line for each error, partial results."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from ordercheck import __version__, cli, shipped
from ordercheck.command import tokens
from tests.command.command_line import APPEND, COMMAND, run

RESULT_KEYS = {
    "program", "variant", "model", "property", "params", "verdict", "bound", "engine",
    "seconds", "reason", "benign", "evidence", "trace", "options", "assume", "without", "notes",
}  # fmt: skip
WRONG = ["append.py:append", "--variant", "wrong", "--model", "x86-nt"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "append.py").write_text(APPEND, encoding="utf-8")
    (tmp_path / "bad.cat").write_text("acyclic po |\nlet = 3\n", encoding="utf-8")
    (tmp_path / "syntax.py").write_text("def f(:\n", encoding="utf-8")
    return tmp_path


# what is asked holds, or does not


def test_a_proof_has_its_evidence(folder: Path) -> None:
    ran = run("verify", "append.py:append", "--model", "x86-nt", "--format", "json", folder=folder)
    assert ran.status == 0
    assert "printed by the user's program" in ran.err
    assert (ran.json["schema"], ran.json["ordercheck"]) == (1, __version__)
    assert ran.json["drains"] == []
    for result in ran.json["results"]:
        assert set(result) == RESULT_KEYS
        assert (result["program"], result["variant"]) == ("append.py:append", "right")
        assert (result["verdict"], result["trace"]) == ("proved", None)
    transparency = ran.json["results"][0]
    assert transparency["evidence"]["invariants"]
    assert transparency["evidence"]["rechecked"] > 0


def test_a_refutation_replays_to_the_same_trace(folder: Path) -> None:
    ran = run("verify", *WRONG, "--format", "json", folder=folder)
    assert ran.status == 1
    found = ran.json["results"][0]
    assert (found["verdict"], found["trace"]["hazard"]) == ("refuted", "escape")
    assert found["params"]["n"] >= 1
    token = found["trace"]["token"]
    again = run("trace", "--replay", token, "--format", "json", folder=folder)
    assert again.status == 1
    assert again.json["results"][0]["trace"] == found["trace"]
    assert again.json["results"][0]["params"] == found["params"]


def test_text_names_model_token_and_how_to_replay(folder: Path) -> None:
    ran = run("verify", *WRONG, folder=folder)
    assert "x86-nt" in ran.out
    assert "ordercheck trace --replay oc1:" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("style", ["text", "mail"])
def test_trace_shows_steps_and_what_would_help(folder: Path, style: str) -> None:
    ran = run("trace", *WRONG, "--format", style, folder=folder)
    assert ran.status == 1
    for part in ("append.py:", "non-temporal store", "buffered:", "stale or lost", "prevented by"):
        assert part in ran.out
    if style == "mail":
        assert max(map(len, ran.out.splitlines())) <= 72
        assert ran.out.isascii()


def test_trace_where_there_is_nothing_wrong(folder: Path) -> None:
    ran = run("trace", "append.py:append", "--model", "x86-nt", folder=folder)
    assert (ran.status, "\n1 proved; " in ran.out) == (0, True)


def test_parameters_options_and_assumptions(folder: Path) -> None:
    extra = ["--param", "n=3", "--param", "fast=true", "--param", "word=4", "--assume", "n % 3 == 0"]
    ran = run("verify", *WRONG, *extra, "--format", "json", folder=folder)
    result = ran.json["results"][0]
    assert (result["params"], result["options"], result["assume"]) == (
        {"n": 3, "fast": True},
        {"word": "4"},
        ["n % 3 == 0"],
    )


def test_a_bounded_engine(folder: Path) -> None:
    arguments = ["verify", "append.py:two_threads", "--engine", "axiomatic", "--format", "json"]
    ran = run(*arguments, "--model", "x86-tso", "--model", "x86-nt", folder=folder)
    found = {(r["model"], r["property"]): r for r in ran.json["results"]}
    assert ran.status == 1
    assert found["x86-tso", "assertions"]["verdict"] == "holds"
    assert isinstance(found["x86-tso", "assertions"]["bound"], int)
    assert found["x86-nt", "assertions"]["verdict"] == "refuted"


def test_drains(folder: Path) -> None:
    ran = run("verify", "append.py:append", "--drains", "--format", "json", folder=folder)
    statuses = {d["model"]: d["status"] for d in ran.json["drains"]}
    assert statuses == {
        "sc": "redundant", "x86-tso": "redundant", "x86-nt": "required", "nt-contract": "required"
    }  # fmt: skip


def test_expected_verdicts(folder: Path) -> None:
    expected = '[[verdict]]\nvariant = "wrong"\ntransparency = { x86-nt = "refuted" }\n'
    (folder / "expected.toml").write_text(expected, encoding="utf-8")
    arguments = ["verify", "append.py:append", "--variant", "wrong", "--check-expected"]
    same = run(*arguments, "--model", "x86-nt", folder=folder)
    assert (same.status, "As expected." in same.out) == (0, True)
    other = run(*arguments, "--model", "nt-contract", "--format", "json", folder=folder)
    assert other.status == 1
    assert other.json["mismatches"] == [
        "append.py:append, wrong, nt-contract, transparency: expected proved, found refuted"
    ]


def test_certificates_are_unsatisfiable_query_by_query(folder: Path) -> None:
    import z3

    ran = run(
        "verify", "append.py:append", "--model", "x86-nt", "--certificate", "proofs", "--format", "json",
        folder=folder,
    )  # fmt: skip
    certificate = folder / ran.json["results"][0]["evidence"]["certificate"]
    text = certificate.read_text(encoding="utf-8")
    answers = z3.Z3_eval_smtlib2_string(z3.main_ctx().ref(), text).split()
    assert len(answers) == text.count("\n(check-sat)") > 0
    assert set(answers) == {"unsat"}


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_certificate_that_cannot_be_written_later_costs_no_report(
    style: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.chdir(folder)
    monkeypatch.setattr(Path, "write_text", full)
    arguments = ["verify", "append.py:append", "--model", "x86-nt", "--certificate", "proofs"]
    assert cli.status([*arguments, "--format", style]) == 2
    captured = capfd.readouterr()
    error = captured.err.splitlines()[-1]
    assert error.startswith("proofs/append-")
    assert error.endswith(": error: cannot write the certificate: No space left on device")
    assert "proved" in captured.out
    if style == "json":
        result = json.loads(captured.out)["results"][0]
        assert (result["verdict"], result["evidence"]["unwritten"]) == ("proved", error)


def test_cvc5_checks_too(folder: Path) -> None:
    pytest.importorskip("cvc5")
    arguments = ["verify", "append.py:append", "--model", "x86-nt", "--cross-check", "cvc5"]
    ran = run(*arguments, "--format", "json", folder=folder)
    assert ran.status == 0
    assert ran.json["results"][0]["evidence"]["cross_check"]["queries"] > 0


# bad input: one line, exit 2

BAD = {
    "no such program": (["verify", "nope"], "no program nope"),
    "a file of no kind": (["verify", "bad.cat"], "expected FILE.ll, FILE.bc, FILE.py:NAME, FILE.litmus or a"),
    "the shipped ones are listed": (
        ["trace", "nope"],
        "ring_doorbell, rust_copy, zone_device_c, zone_device)",
    ),
    "a name that is empty": (["verify", ""], "error: no program without a name: expected FILE.ll"),
    "a file without a program": (
        ["verify", "append.py"],
        "append.py: error: which program in it? expected a",
    ),
    "a file and no program": (["verify", "append.py:"], "append.py: error: which program in it? expected a"),
    "no such file": (["verify", "nope.py:f"], "nope.py: error: cannot read the file"),
    "no such name": (["verify", "append.py:nope"], "append.py: error: the file defines no nope"),
    "a program that raises": (["verify", "append.py:raises"], "append.py:26: error: ZeroDivisionError"),
    "a syntax error": (["verify", "syntax.py:f"], "syntax.py:1:"),
    "no such model": (["verify", "--model", "nope"], "no memory model nope"),
    "no such cat file": (["verify", "--model", "nope.cat"], "nope.cat"),
    "a malformed cat file": (["verify", "--model", "bad.cat"], "bad.cat:2:"),
    "no such variant": (["verify", "--variant", "nope"], "no variant nope"),
    "no such parameter": (["verify", "--param", "nope=1"], "no parameter or option nope"),
    "not a pair": (["verify", "--param", "n"], "expected NAME=VALUE"),
    "not a number": (["verify", "--param", "nr_pages=x"], "expected an integer"),
    "outside its bounds": (["verify", "--param", "nr_pages=0"], "outside its bounds 1.."),
    "not a value": (["verify", "zone_device", "--param", "page_size=65"], "expected one of 64, 80, 96"),
    "two values": (["verify", "--param", "nr_pages=1", "--param", "nr_pages=2"], "both 1 and 2"),
    "not a condition": (["verify", "--assume", "nr_pages >"], "--assume:1:"),
    "no parameter of that name": (["verify", "--assume", "x > 1"], "no parameter x"),
    "a contradiction": (
        ["verify", "--param", "pfns_per_compound=1", "--assume", "pfns_per_compound > 1"],
        "contradiction: `pfns_per_compound > 1` cannot hold",
    ),
    "no values meet it": (
        ["verify", "--assume", "nr_pages > 10", "--assume", "nr_pages < 5"],
        "contradiction: no parameter values",
    ),
    "bound and proof": (["verify", "--engine", "inductive", "--bound", "3"], "--bound contradicts"),
    "certificate without proof": (
        ["verify", "--engine", "axiomatic", "--certificate", "d"],
        "--certificate contradicts",
    ),
    "certificate in a file": (["verify", "--certificate", "append.py"], "append.py: error: --certificate"),
    "certificate where no folder can be": (
        ["verify", "--certificate", "/proc/nope/x"],
        "/proc/nope/x: error: --certificate: nothing can be written there: ",
    ),
    "certificate below a file": (
        ["verify", "--certificate", "append.py/x"],
        "append.py/x: error: --certificate: nothing can be written there: Not a directory",
    ),
    "certificate in a folder without a name": (["verify", "--certificate", ""], "--certificate: the name"),
    "certificate in an odd folder": (["verify", "--certificate", "a\0b"], "--certificate"),
    "expected and assumed": (
        ["verify", "--check-expected", "--assume", "nr_pages > 1"],
        "--check-expected contradicts",
    ),
    "nothing expected": (["verify", "append.py:append", "--check-expected"], "no expected verdicts"),
    "a parameter without value": (
        ["verify", "zone_device", "--engine", "axiomatic", "--model", "sc"],
        "needs a value for each parameter",
    ),
    "no such engine": (["verify", "--engine", "nope"], "'--engine'"),
    "no such option": (["verify", "--nope"], "No such option"),
    "no such command": (["nope"], "No such command"),
    "a zero time-out": (["verify", "--timeout", "0"], "'--timeout'"),
    "trace of nothing": (["trace"], "either a PROGRAM or --replay"),
    "trace of two things": (["trace", "zone_device", "--replay", "oc1:x"], "either a PROGRAM or --replay"),
    "replay with a model": (["trace", "--replay", "oc1:x", "--model", "sc"], "--replay contradicts --model"),
    "trace of all variants": (["trace", "zone_device", "--variant", "all"], "--variant all"),
    "not a token": (["trace", "--replay", "nope"], "malformed token"),
    "a damaged token": (["trace", "--replay", "oc1:abc"], "malformed token"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_exit_2(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments, message = BAD[name]
    monkeypatch.chdir(folder)
    assert cli.status(arguments) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert "error: " in captured.err
    assert message in captured.err


def test_a_token_that_no_longer_fits(folder: Path) -> None:
    stale = tokens.Replay(
        "append.py:append", "right", "x86-nt", "delay:0:0:transparency", {}, {"n": "1", "fast": "true"}
    )
    ran = run("trace", "--replay", tokens.encode(stale), folder=folder)
    assert (ran.status, ran.err.count("\n"), ran.out) == (2, 2, "")
    assert "shows no violation" in ran.err


def test_an_internal_error_is_one_line_and_exit_3(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("some\nthing")

    monkeypatch.setattr("ordercheck.shipped.memory_models", broken)
    assert cli.status(["models"]) == 3
    error = capfd.readouterr().err
    assert error.startswith("error: internal error: RuntimeError: some thing (")
    assert len(error.splitlines()) == 1


# what gives out


def test_a_time_out_is_unknown_and_says_so() -> None:
    ran = run("verify", "--timeout", "0.05", "--format", "json")
    assert ran.status == 3
    assert len(ran.json["results"]) == 8
    unknown = [r for r in ran.json["results"] if r["verdict"] == "unknown"]
    assert unknown
    assert all(r["reason"] for r in unknown)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [0.05, 0.4, 1.2])
def test_an_interruption_prints_what_is_decided_at_once(number: signal.Signals, after: float) -> None:
    process = subprocess.Popen(
        [*COMMAND, "verify", "zone_device", "--variant", "all", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(after)
    process.send_signal(number)
    start = time.monotonic()
    out, err = process.communicate(timeout=30)
    if process.returncode == -number or "Fatal Python error" in err:
        assert after < 1, "python itself was still starting"
        return
    assert time.monotonic() - start < 3
    assert process.returncode in (1, 3)
    assert "Traceback" not in err
    if out:
        whole = json.loads(out)
        assert whole["interrupted"] == ("error: interrupted: " in err)
        assert all(r["verdict"] != "unknown" or r["reason"] for r in whole["results"])


SLOW = """
import sys, time
print("ready", file=sys.stderr, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("style", ["json", "text", "sarif", "gcc"])
@pytest.mark.parametrize("command", ["verify", "trace"])
def test_an_interruption_before_the_first_result_says_so(command: str, style: str, tmp_path: Path) -> None:
    if command == "trace" and style in ("sarif", "gcc"):
        return
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    process = subprocess.Popen(
        [*COMMAND, command, "slow.py:f", "--format", style],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 3
    said = "interrupted: nothing was decided"
    if style in ("json", "sarif"):
        assert err == f"error: {said}\n"
        assert said in out or json.loads(out)["interrupted"] is True
    else:
        [line] = [line for line in (out + err).splitlines() if said in line]
        assert float(line.split("; ")[1].split()[0]) >= 0.5


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, 3), (ValueError, 0)])
def test_an_interruption_that_python_drops_comes_again_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException], status: int
) -> None:
    class Held:
        def __del__(self) -> None:
            raise error

    def run(*_: object) -> int:
        Held()
        time.sleep(1 if status == 0 else 60)
        return 0

    seen: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: seen.append(what.exc_type))
    monkeypatch.setattr("ordercheck.command.litmus.run", run)
    start = time.monotonic()
    assert cli.status(["litmus", "any.litmus"]) == status
    assert time.monotonic() - start < 30, "what waits is woken"
    assert seen == ([] if status else [ValueError])


def test_a_reader_that_goes_away_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen([*COMMAND, "models"], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 0


# the rest


def test_start_up_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ordercheck import cli\n"
        "for arguments in (['--version'], ['--help'], ['verify', '--help'], ['models']):\n"
        "    assert cli.status(arguments) == 0\n"
        "print([m for m in ('z3', 'rich', 'hypothesis', 'cvc5') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_is_shipped(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.status(["models"]) == 0
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()] == [
        "sc", "x86-tso", "x86-nt", "nt-contract"
    ]  # fmt: skip
    assert cli.status(["programs"]) == 0
    paragraphs = {p.partition(":")[0]: p for p in capfd.readouterr().out.split("\n\n")}
    assert list(paragraphs) == shipped.program_names()
    assert "--param page_size=..." in paragraphs["zone_device"]
    for name, folder in shipped.described_programs().items():
        table = tomllib.loads((folder / "program.toml").read_text(encoding="utf-8"))
        for variant, entry in table["variants"].items():
            assert re.search(rf"--variant {variant} +{re.escape(entry['text'])}\n", paragraphs[name])


def test_help_teaches(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.status(["--help"]) == 0
    out = capfd.readouterr().out
    assert "Examples:" in out
    assert "Exit status:" in out
    assert cli.status([]) == 0
    capfd.readouterr()
    assert cli.status(["verify", "--help"]) == 0
    assert "FILE.ll or FILE.bc" in capfd.readouterr().out


def test_fuzz_finds_no_disagreement(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.status(["fuzz", "--examples", "4", "--seed", "1", "--time", "20"]) == 0
    assert "0 disagreements" in capfd.readouterr().out


def test_the_main_job() -> None:
    ran = run("verify", "--format", "json")
    assert ran.status == 0
    assert len(ran.json["results"]) == 8
    assert {r["verdict"] for r in ran.json["results"]} == {"proved"}
    drains = {(d["drain"], d["model"]): (d["status"], d["condition"]) for d in ran.json["drains"]}
    assert len(drains) == 12
    assert drains["D1", "nt-contract"] == drains["D2", "nt-contract"] == ("required", "")
    assert drains["D3", "x86-nt"] == ("conditional", "pfns_per_compound == 1")
    assert drains["D1", "x86-nt"] == drains["D3", "x86-tso"] == ("redundant", "")
