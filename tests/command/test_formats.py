"""`verify --format sarif` and `--format gcc`, and compiled code in every format: the whole way, as typed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ordercheck.shipped import memory_models
from tests.command.command_line import APPEND, COMMAND, run
from tests.report.compiled import SPEC, TWO_THREADS, write
from tests.report.official_sarif import errors
from tests.report.sarif_rules import problems

MODELS = memory_models()["x86-nt"].parent
WRONG = [SPEC, "--variant", "wrong", "--model", "x86-nt"]
NT_STORE = 'asm volatile("movnti %1, %0" : "=m" (*to) : "r" (value));'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "append.py").write_text(APPEND, encoding="utf-8")
    return write(tmp_path)


def test_sarif_of_right_and_wrong_variants(folder: Path) -> None:
    ran = run(
        "verify", SPEC, "--variant", "all", "--model", "nt-contract", "--format", "sarif", folder=folder
    )
    assert ran.status == 1
    assert errors(ran.json) == problems(ran.json) == []
    (whole,) = ran.json["runs"]
    found = {(r["properties"]["variant"], r["properties"]["property"]): r for r in whole["results"]}
    assert {
        key: (r["ruleId"], r["level"], r["kind"]) for key, r in found.items() if key[1] == "transparency"
    } == {
        ("right", "transparency"): ("transparency", "none", "pass"),
        ("wrong", "transparency"): ("escape", "error", "fail"),
        ("overtaken", "transparency"): ("overtake", "error", "fail"),
    }
    (at,) = found["wrong", "transparency"]["locations"]
    assert at["physicalLocation"]["artifactLocation"]["uri"] == "mm/init.c"
    assert at["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 1, "snippet": {"text": "}"}}
    store = found["wrong", "transparency"]["codeFlows"][0]["threadFlows"][0]["locations"][0]
    assert store["location"]["physicalLocation"]["region"]["snippet"]["text"] == NT_STORE
    assert [f["location"]["logicalLocations"][0]["name"] for f in store["stack"]["frames"]] == [
        "memcpy_nt", "init_page", "init_pages"
    ]  # fmt: skip
    (invocation,) = whole["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (1, True)


def test_the_same_run_gives_the_same_log(folder: Path) -> None:
    first, second = (run("verify", *WRONG, "--format", "sarif", folder=folder) for _ in range(2))
    assert first.out == second.out


def test_sarif_says_where_a_replay_begins(folder: Path) -> None:
    ran = run("verify", *WRONG, "--format", "sarif", folder=folder)
    refuted = next(r for r in ran.json["runs"][0]["results"] if r["level"] == "error")
    words = refuted["properties"]["replay"].split()
    assert words[0] == "ordercheck"
    assert run(*words[1:], folder=folder).status == 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["append.py:append", "--drains"], 0),
        (["append.py:two_threads"], 1),
        (["zone_device", "--variant", "no-d3", "--model", "x86-nt"], 1),
        (["zone_device", "--timeout", "0.05"], 3),
        (["zone_device", "--variant", "no-d3", "--model", "x86-nt", "--check-expected"], 0),
    ],
)
def test_status_and_validity(folder: Path, arguments: list[str], status: int) -> None:
    ran = run("verify", *arguments, "--format", "sarif", folder=folder)
    assert ran.status == status
    assert errors(ran.json) == problems(ran.json) == []
    assert ran.json["runs"][0]["invocations"][0]["exitCode"] == status


def test_time_outs_are_warnings() -> None:
    ran = run("verify", "zone_device", "--timeout", "0.05", "--format", "sarif")
    levels = {r["ruleId"]: r["level"] for r in ran.json["runs"][0]["results"]}
    assert levels["unknown"] == "warning"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_a_valid_log(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*COMMAND, "verify", "zone_device", "--variant", "all", "--format", "sarif"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(1.2)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode in (1, 3)
    assert "Traceback" not in err
    if out:
        log = json.loads(out)
        assert errors(log) == problems(log) == []
        assert log["runs"][0]["invocations"][0]["exitCode"] == process.returncode


def test_gcc_lines_are_what_editors_read(folder: Path) -> None:
    ran = run("verify", *WRONG, "--format", "gcc", folder=folder)
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[:4] == [
        "mm/init.c:7:1: error: escape: non-temporal store still pending where others can look, at `return`"
        " [x86-nt, pages.py:build/wrong]",
        "include/nt.h:3:2: note: stored here",
        "mm/init.c:1:5: note: memcpy_nt is inlined here into init_page",
        "mm/init.c:4:9: note: init_page is inlined here into init_pages",
    ]
    assert lines[4].startswith("include/nt.h:3:2: note: prevented by: a drain (sfence)")
    assert "ordercheck trace --replay oc1:" in lines[5]
    assert ran.err.startswith("1 refuted; ")


def test_gcc_says_nothing_on_stdout_where_all_is_well(folder: Path) -> None:
    ran = run("verify", SPEC, "--model", "x86-nt", "--format", "gcc", folder=folder)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith("1 proved; ")


def test_gcc_of_builder_programs_has_lines_without_columns(folder: Path) -> None:
    ran = run("verify", "append.py:append", "--variant", "wrong", "--model", "x86-nt", "--format", "gcc",
              folder=folder)  # fmt: skip
    assert ran.out.startswith("append.py:21: error: escape: ")
    assert "\nappend.py:15: note: stored here\n" in ran.out


def test_drains_and_beginnings_have_positions(folder: Path) -> None:
    ran = run("verify", SPEC, "--drains", "--model", "x86-nt", "--format", "gcc", folder=folder)
    assert ran.out == "mm/init.c:6:2: note: the drain D is required [x86-nt, pages.py:build/right]\n"
    # of an inlined first instruction, the line of the function that was asked about
    ran = run("verify", TWO_THREADS, "--model", "sc", "--format", "sarif", folder=folder)
    regions = [r["locations"][0]["physicalLocation"]["region"] for r in ran.json["runs"][0]["results"]]
    assert [(region["startLine"], region["startColumn"]) for region in regions] == [(4, 9)] * 2


def test_expected_refutations_are_no_errors() -> None:
    arguments = ["verify", "zone_device", "--variant", "no-d3", "--model", "x86-nt", "--check-expected"]
    ran = run(*arguments, "--format", "gcc")
    assert (ran.status, ran.out) == (0, "")
    assert "refuted" in ran.err


def test_json_has_columns_callers_and_lines(folder: Path) -> None:
    ran = run("verify", *WRONG, "--format", "json", folder=folder)
    refuted = ran.json["results"][0]
    step = refuted["trace"]["steps"][0]
    assert (step["file"], step["line"], step["column"], step["code"]) == ("include/nt.h", 3, 2, NT_STORE)
    assert [(p["file"], p["line"], p["column"], p["function"]) for p in step["inlined_at"]] == [
        ("mm/init.c", 1, 5, "init_page"),
        ("mm/init.c", 4, 9, "init_pages"),
    ]
    assert refuted["trace"]["late"]["line"] == 3
    assert refuted["place"] == refuted["trace"]["at"]
    assert (refuted["place"]["file"], refuted["place"]["line"], refuted["place"]["column"]) == (
        "mm/init.c",
        7,
        1,
    )
    assert refuted["trace"]["headline"].startswith("escape: ")


def test_traces_show_the_lines_of_c(folder: Path) -> None:
    ran = run("trace", *WRONG, folder=folder)
    at = ran.out.splitlines().index("      at  include/nt.h:3:2 in memcpy_nt")
    assert ran.out.splitlines()[at + 1 : at + 4] == [
        f"          | {NT_STORE}",
        "          inlined at mm/init.c:1:5 in init_page",
        "          inlined at mm/init.c:4:9 in init_pages",
    ]
    mail = run("trace", *WRONG, "--format", "mail", folder=folder).out
    assert "inlined at mm/init.c:4:9 in init_pages" in mail
    assert max(map(len, mail.splitlines())) <= 72


def test_a_summary_names_the_line_that_code_is_inlined_into(folder: Path) -> None:
    ran = run("verify", *WRONG, folder=folder)
    inner = "by memcpy_nt at include/nt.h:3"
    assert f"mm/init.c:1 (init_page, inlined at mm/init.c:4 in init_pages; {inner}) is late" in ran.out
    brief = "after mm/init.c:1 (init_page) and before the return at mm/init.c:7 (init_pages)"
    assert brief in run(*("trace", *WRONG), folder=folder).out.replace("\n", " ")


def test_an_execution_shows_lines_and_columns(folder: Path) -> None:
    arguments = ["trace", TWO_THREADS, "--model", "x86-nt", "--property", "assertions"]
    out = run(*arguments, folder=folder).out
    assert "a: W page=1 NT" in out
    assert "  nt.h:3:2" in out
    assert "inlined at init.c:4:9 in init_pages" in out
    assert "for (i = 0; i < n; i++) pages[i] = 7;" in out
    assert re.search(r"[^/]init\.c:5:17", out)
    drawn = run(*arguments, "--format", "dot", folder=folder).out
    assert "  nt.h:3:2\\ninlined at init.c:1:5 in init_page\\ninlined at init.c:4:9 in init_pages" in drawn


@pytest.mark.parametrize("model", ["x86-nt", "own.cat"])
def test_an_assertion_between_threads_has_a_position(folder: Path, model: str) -> None:
    own = (MODELS / "x86-nt.cat").read_text(encoding="utf-8")
    (folder / "own.cat").write_text(own, encoding="utf-8")
    ran = run("verify", TWO_THREADS, "--model", model, "-I", str(MODELS), "--format", "gcc", folder=folder)
    lines = ran.out.splitlines()
    name = model.removesuffix(".cat")
    shown = [line for line in lines if ": error: " in line]
    assert shown[0].startswith("mm/init.c:1:5: error: an outcome that ordinary stores do not have: ")
    # the axiomatic engine names the line alone, and there are two columns on it
    fails = "6:30: error: assertion seen fails" if model == "x86-nt" else "6: error: the assertion fails"
    assert shown[1] == f"mm/init.c:{fails} [{name}, {TWO_THREADS}]"
    assert lines[lines.index(shown[1]) + 1] == "include/nt.h:3:2: note: stored here"
    assert any(": note: step 1, cpu " in line for line in lines)


def test_a_wrong_format_is_bad_usage(folder: Path) -> None:
    ran = run("verify", SPEC, "--format", "sarfi", folder=folder)
    assert (ran.status, len(ran.err.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("command", "style", "other"),
    [("verify", "mail", "trace"), ("verify", "dot", "trace"), ("trace", "sarif", "verify")],
)
def test_a_format_of_another_command_is_pointed_to(command: str, style: str, other: str) -> None:
    ran = run(command, "zone_device", "--format", style)
    assert ran.status == 2 and ran.err.count("\n") == 1
    assert f"{style!r} is a format of `ordercheck {other}`" in ran.err
