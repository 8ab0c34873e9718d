"""`ordercheck litmus` as a user types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.command import litmus_tests as t
from tests.command.command_line import COMMAND, Ran, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return t.write(tmp_path, t.ALL)


def litmus(folder: Path, *arguments: str) -> Ran:
    return run("litmus", *arguments, folder=folder)


def wait_for_lines(path: Path, count: int) -> None:
    """Returns when the file has that many lines."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.02)
    raise TimeoutError


def rows(ran: Ran) -> list[list[str]]:
    """The lines of the text report, without heading, summary and seconds."""
    return [
        [*line.split()[:5], *line.split()[5:6]]
        for line in ran.out.splitlines()[1:]
        if line and line[0] != " "
    ]


def test_a_folder_is_decided_test_by_test(folder: Path) -> None:
    ran = litmus(folder, ".")
    assert (ran.status, ran.err) == (1, "")
    assert rows(ran)[:4] == [
        ["MP", "x86-tso", "Forbidden", "Ok", "Never", "3"],
        ["SB", "x86-tso", "Allowed", "Ok", "Sometimes", "4"],
        ["MP+nt", "x86-nt", "Allowed", "Ok", "Sometimes", "4"],
        ["SB+mfences", "x86-tso", "Allowed", "No", "Never", "3"],
    ]
    assert "\n3 Ok, 1 No; " in ran.out


def test_the_model_is_the_one_that_was_asked_for(folder: Path) -> None:
    ran = litmus(folder, "sub/MP+nt.litmus", "--model", "x86-tso")
    assert rows(ran)[0] == ["MP+nt", "x86-tso", "Allowed", "No", "Never", "3"]
    ran = litmus(folder, "SB.litmus", "--model", "sc")
    assert rows(ran)[0] == ["SB", "sc", "Allowed", "No", "Never", "3"]


def test_a_model_may_be_the_users_own(folder: Path) -> None:
    (folder / "models").mkdir()
    (folder / "models/mine.cat").write_text('"mine"\ninclude "order.cat"\nacyclic all as mine\n')
    (folder / "models/order.cat").write_text('include "cos.cat"\nlet all = po | rf | fr | co\n')
    ran = litmus(folder, "SB.litmus", "--model", "mine.cat", "-I", "models")
    assert rows(ran)[0] == ["SB", "mine", "Allowed", "No", "Never", "3"]
    (folder / "mine.cfg").write_text("# mine\nmodel mine.cat\ngraph columns\n")
    ran = litmus(folder, "SB.litmus", "--conf", "mine.cfg", "-I", "models")
    assert rows(ran)[0] == ["SB", "mine", "Allowed", "No", "Never", "3"]


def test_herds_format_is_herd7s(folder: Path) -> None:
    ran = litmus(folder, "SB.litmus", "--format", "herd")
    head, time_line, empty = ran.out.rsplit("\n", 3)[0], *ran.out.split("\n")[-3:-1]
    assert head == (
        "Test SB Allowed\nStates 4\n"
        "0:rax=0; 1:rax=0;\n0:rax=0; 1:rax=1;\n0:rax=1; 1:rax=0;\n0:rax=1; 1:rax=1;\n"
        "Ok\nWitnesses\nPositive: 1 Negative: 3\n"
        "Condition exists (0:rax=0 /\\ 1:rax=0)\nObservation SB Sometimes 1 3"
    )
    assert time_line.startswith("Time SB 0.")
    assert empty == ""


def test_herds_format_has_herd7s_exit_status(folder: Path) -> None:
    assert litmus(folder, "sub/SB+mfences.litmus").status == 1
    ran = litmus(folder, "sub/SB+mfences.litmus", "--format", "herd")
    assert (ran.status, "\nNo\n" in ran.out) == (0, True)


def test_the_verdict_alone_has_no_counts(folder: Path) -> None:
    ran = litmus(folder, "MP.litmus", "--format", "herd", "--verdict-only")
    assert ran.out == (
        "Test MP Forbidden\nOk\nCondition ~exists (1:rax=1 /\\ 1:rbx=0)\nObservation MP Never\n\n"
    )
    assert rows(litmus(folder, "MP.litmus", "--verdict-only"))[0][5] == "-"


def test_states_are_listed_where_they_are_asked_for(folder: Path) -> None:
    assert "\n  0:rax=1; 1:rax=1;\n" in litmus(folder, "SB.litmus", "--states").out


def test_json_says_it_all(folder: Path) -> None:
    whole = litmus(folder, ".", "--format", "json").json
    assert (whole["schema"], whole["model"]) == (1, None)
    assert [r["test"] for r in whole["results"]] == [
        "MP.litmus",
        "SB.litmus",
        "sub/MP+nt.litmus",
        "sub/SB+mfences.litmus",
    ]
    first = whole["results"][0]
    assert (first["name"], first["arch"], first["model"]) == ("MP", "X86_64", "x86-tso")
    assert (first["kind"], first["verdict"], first["observation"]) == ("Forbidden", "ok", "Never")
    assert (first["positive"], first["negative"], first["counted"]) == (3, 0, True)
    assert first["states"] == ["1:rax=0; 1:rbx=0;", "1:rax=0; 1:rbx=1;", "1:rax=1; 1:rbx=1;"]
    assert (first["flags"], first["cut"], first["reason"]) == ([], False, "")


def test_junit_is_xml_with_a_failure(folder: Path) -> None:
    root = fromstring(litmus(folder, ".", "--format", "junit").out)
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "0")


def test_dot_is_a_graph_for_each_test(folder: Path) -> None:
    ran = litmus(folder, "SB.litmus", "sub/SB+mfences.litmus", "--format", "dot")
    assert ran.out.count("digraph") == 2
    assert "allowed by x86-tso" in ran.out
    assert "forbidden by" in ran.out


def test_one_bad_file_does_not_stop_the_rest(folder: Path) -> None:
    t.write(folder, {"bad.litmus": t.BAD})
    (folder / "binary.litmus").write_bytes(bytes(range(256)))
    ran = litmus(folder, ".", "nowhere.litmus")
    assert ran.status == 2
    assert "3 Ok, 1 No, 3 Error" in ran.out
    lines = ran.err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("bad.litmus:5:")
    assert "frob" in lines[0]
    assert lines[1].startswith("binary.litmus:")
    assert lines[2].startswith("nowhere.litmus: error: cannot read")


@pytest.mark.parametrize("style", ["text", "herd", "json", "junit", "dot"])
def test_every_format_stands_bad_files(folder: Path, style: str) -> None:
    t.write(folder, {"bad.litmus": t.BAD})
    ran = litmus(folder, "bad.litmus", "--format", style)
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 1
    assert "Traceback" not in ran.out + ran.err


def test_names_that_are_used_twice_are_noted_and_both_decided(folder: Path) -> None:
    t.write(folder, {"sub/again.litmus": t.SB_FENCED.replace("SB+mfences", "SB")})
    ran = litmus(folder, "SB.litmus", "sub/again.litmus", "--format", "herd")
    assert ran.out.count("Test SB Allowed") == 2
    assert ran.err == "sub/again.litmus: note: SB.litmus is called SB too; both are decided\n"


def test_c_tests_need_a_model(folder: Path) -> None:
    t.write(folder, {"c.litmus": "C c\n{}\nP0(int *x) { WRITE_ONCE(*x, 1); }\nexists (x=1)\n"})
    ran = litmus(folder, "c.litmus", "SB.litmus")
    assert ran.status == 2
    assert "--conf linux-kernel.cfg" in ran.err
    assert "SB " in ran.out


def test_a_loop_is_cut_off_at_the_bound_and_its_line_named(folder: Path) -> None:
    t.write(folder, {"loop.litmus": t.LOOP})
    ran = litmus(folder, "loop.litmus", "--format", "herd")
    assert "\nLoop Ok\nWitnesses\nPositive: 3 Negative: 0\n" in ran.out
    assert ran.err.startswith("loop.litmus:5: warning: this loop goes on beyond the bound")
    ran = litmus(folder, "loop.litmus", "--format", "herd", "--bound", "5")
    assert "\nPositive: 5 Negative: 0\n" in ran.out
    ran = litmus(folder, "loop.litmus", "--format", "herd", "-unroll", "0")
    assert "\nPositive: 1 Negative: 0\n" in ran.out


def test_result_lines_are_compared_where_asked_for(folder: Path) -> None:
    for result in ("Never", "Sometimes"):
        t.write(folder, {f"{result}.litmus": t.EXPECTED.format(result=result)})
    ran = litmus(folder, "Sometimes.litmus", "sub/SB+mfences.litmus", "--check-expected")
    assert (ran.status, "As expected: 1 tests (1 without a Result: line)." in ran.out) == (0, True)
    ran = litmus(folder, "Never.litmus", "--check-expected")
    assert (ran.status, "Never.litmus: expected Never, found Sometimes" in ran.out) == (1, True)
    whole = litmus(folder, "Never.litmus", "--check-expected", "--format", "json").json
    assert whole["mismatches"] == ["Never.litmus: expected Never, found Sometimes"]


def test_a_time_out_makes_a_test_unknown_and_the_rest_is_decided(folder: Path) -> None:
    t.write(folder, {"a-slow.litmus": t.ring(17)})
    ran = litmus(folder, "a-slow.litmus", "SB.litmus", "--timeout", "0.5", "--format", "json")
    first, second = ran.json["results"]
    assert (ran.status, first["verdict"], second["verdict"]) == (3, "unknown", "ok")
    assert first["reason"] == "time-out after 0.5 s"
    assert ran.err == "a-slow.litmus: unknown: time-out after 0.5 s\n"


def test_with_several_processes_the_report_is_the_same(folder: Path) -> None:
    for number in range(30):
        name = f"n{number:02}"
        t.write(folder, {f"{name}.litmus": t.SB.replace("SB", name), f"{name}x.litmus": t.BAD})

    def report(jobs: str) -> tuple[int, object, str]:
        ran = litmus(folder, ".", "--jobs", jobs, "--format", "json")
        found = [{**r, "seconds": 0} for r in ran.json["results"]]
        return ran.status, found, ran.err

    assert report("1") == report("3")


def test_lists_and_stdin_name_tests(folder: Path) -> None:
    (folder / "@all").write_text("# all\nSB.litmus\nsub\n")
    assert len(rows(litmus(folder, "@all"))) == 4
    done = subprocess.run(
        [*COMMAND, "litmus", "-"],
        input="SB.litmus\n",
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert "1 Ok; " in done.stdout


def test_a_run_resumes_where_it_was_killed(folder: Path) -> None:
    t.write(folder, {f"many/{n:02}.litmus": t.SLOW.replace("slow", f"slow{n:02}") for n in range(40)})
    arguments = ["litmus", "many", "--resume", "journal"]
    with subprocess.Popen([*COMMAND, *arguments], cwd=folder, stdout=subprocess.PIPE) as running:
        wait_for_lines(folder / "journal", 4)
        running.kill()
    before = (folder / "journal").read_bytes().count(b"\n") - 1
    (folder / "journal").open("ab").write(b'{"key": "torn')
    ran = run(*arguments, "--format", "json", folder=folder, seconds=120)
    whole = ran.json
    assert len(whole["results"]) == 40
    assert sum(r["resumed"] for r in whole["results"]) == before
    assert {r["verdict"] for r in whole["results"]} <= {"ok", "no"}


def test_what_was_decided_is_not_decided_again(folder: Path) -> None:
    first = litmus(folder, ".", "--resume", "journal", "--format", "herd")
    again = litmus(folder, ".", "--resume", "journal", "--format", "herd")
    assert again.out == first.out
    assert "(4 from the journal)" in litmus(folder, ".", "--resume", "journal").out
    assert "from the journal" not in litmus(folder, ".", "--resume", "journal", "--model", "sc").out


def test_a_foreign_file_is_no_journal(folder: Path) -> None:
    (folder / "notes").write_text("mine\n")
    ran = litmus(folder, ".", "--resume", "notes")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("notes:1: error: not a journal")
    assert (folder / "notes").read_text() == "mine\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_is_done_is_reported_when_the_run_is_stopped(
    folder: Path, sent: signal.Signals, jobs: str
) -> None:
    t.write(folder, {"slow.litmus": t.SLOW})
    names = ["SB.litmus", "MP.litmus", *["slow.litmus"] * 1000]
    running = subprocess.Popen(
        [*COMMAND, "litmus", *names, "--jobs", jobs, "--format", "json", "--resume", "journal"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for_lines(folder / "journal", 5)
    running.send_signal(sent)
    out, err = running.communicate(timeout=30)
    whole = json.loads(out)
    assert running.returncode in (1, 3)
    assert whole["interrupted"]
    assert 0 < len(whole["results"]) < len(names)
    assert "interrupted" in err
    assert "Traceback" not in err


def test_a_reader_that_goes_away_ends_the_run(folder: Path) -> None:
    command = f"{' '.join(COMMAND)} litmus {'SB.litmus ' * 500} --jobs 1 | head -2"
    start = time.monotonic()
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=folder, check=False)
    assert len(done.stdout.splitlines()) == 2
    assert "Traceback" not in done.stderr
    assert time.monotonic() - start < 30


def test_herd7s_spelling_of_options_is_understood(folder: Path) -> None:
    (folder / "tso.cfg").write_text("model x86-tso.cat\nsplines spline\n")
    ran = litmus(folder, "-conf", "tso.cfg", "-timeout", "10", "-variant", "mixed", "SB.litmus")
    assert rows(ran)[0] == ["SB", "x86-tso", "Allowed", "Ok", "Sometimes", "4"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        (["SB.litmus", "--model", "none"], "no memory model none"),
        (["SB.litmus", "--model", "none.cat"], "no file none.cat in "),
        (["SB.litmus", "--conf", "none.cfg"], "no configuration file none.cfg"),
        (["SB.litmus", "--macros", "none.def"], "--macros: no file none.def"),
        (["SB.litmus", "--variant", "memtag"], "not modelled"),
        (["SB.litmus", "--bound", "2", "-unroll", "2"], "contradicts"),
        (["SB.litmus", "--format", "dot", "--verdict-only"], "contradicts"),
        (["SB.litmus", "--timeout", "nan"], "--timeout"),
        (["SB.litmus", "--timeout", "0"], "--timeout"),
        (["SB.litmus", "--jobs", "0"], "--jobs"),
    ],
)
def test_bad_usage_is_one_line(folder: Path, arguments: list[str], words: str) -> None:
    ran = litmus(folder, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_small_tests_do_not_wait_for_a_solver_to_be_imported(folder: Path) -> None:
    code = (
        "import sys; from ordercheck import cli; cli.status(['litmus', '.', '--jobs', '1']);"
        "sys.exit(bool({'z3', 'rich', 'multiprocessing', 'hypothesis'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0


def test_the_kernels_way_of_calling_herd7(folder: Path) -> None:
    """As its scripts do it: herd7 is a name for us, its options come first, the log takes stderr too."""
    (folder / "bin").mkdir()
    herd7 = folder / "bin/herd7"
    herd7.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} litmus --format herd "$@"\n')
    herd7.chmod(0o755)
    (folder / "a.cfg").write_text("model x86-tso.cat\n")
    script = "if herd7 -conf a.cfg SB.litmus > SB.out 2>&1; then grep '^Observation' SB.out; fi"
    path = f"{folder}/bin{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", script],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert done.stdout == "Observation SB Sometimes 1 3\n"
