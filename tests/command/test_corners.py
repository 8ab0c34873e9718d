"""Corners of the command line: odd numbers, full disks, other encodings, Ctrl-C in fuzz, loops that wait."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

from ordercheck import cli
from ordercheck.errors import GaveOut
from ordercheck.verdict import CUT, PASSES, WHOLE, so_many
from tests.command.command_line import APPEND, COMMAND, run

WAITING = """
from ordercheck.program import ProgramBuilder, Visibility

def reader():
    p = ProgramBuilder("reader")
    data = p.object("data", 8, Visibility.SHARED)
    flag = p.object("flag", 8, Visibility.SHARED)
    with p.thread("writer") as t:
        t.nt_store(data, 8, 1)
        t.sfence("D")
        t.store(flag, 8, 1)
    with p.thread("r\u00e9ader") as t:
        seen = t.reg("seen", 0)
        with t.while_(seen == 0):
            t.set(seen, t.load(flag, 8))
        t.assert_(t.load(data, 8) == 1, "the data is there")
    p.note("caf\u00e9")
    return p
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "waiting.py").write_text(WAITING, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300", "-1", "x"])
def test_a_time_out_is_a_number_of_seconds(seconds: str, capfd: pytest.CaptureFixture[str]) -> None:
    for command in (["verify"], ["trace", "zone_device"]):
        assert cli.status([*command, "--timeout", seconds]) == 2
        assert "--timeout" in capfd.readouterr().err


def test_a_loop_that_waits_is_decided_up_to_a_bound(folder: Path) -> None:
    arguments = ("verify", "waiting.py:reader", "--model", "x86-nt")
    ran = run(*arguments, "--format", "json", folder=folder)
    found = {r["property"]: r for r in ran.json["results"]}
    assert ran.status == 0
    assert (found["assertions"]["verdict"], found["assertions"]["engine"]) == ("holds", "axiomatic")
    assert found["assertions"]["evidence"]["unbounded"]
    text = run(*arguments, "--bound", "3", folder=folder).out
    assert "holds to 3 passes" in text
    reason = found["assertions"]["evidence"]["unbounded"]
    assert f"not for every size: waiting.py:reader, assertions, x86-nt\n  {reason}\n" in text
    assert f"  it holds up to {so_many(3, PASSES)}; what takes more was not looked at" in text
    line = next(x for x in run(*arguments, "--format", "gcc", folder=folder).out.splitlines() if reason in x)
    assert ": note: assertions holds up to " in line


def test_without_the_drain_the_waiting_reader_sees_old_data(folder: Path) -> None:
    arguments = ("trace", "waiting.py:reader", "--model", "x86-nt", "--without", "D")
    ran = run(*arguments, "--property", "assertions", folder=folder)
    assert ran.status == 1
    assert "cpu 1: load of data+0..7 returns 0x0" in ran.out


def test_where_nothing_is_cut_off_no_bound_is_named(folder: Path) -> None:
    sizes = ["start_pfn=0", "nr_pages=2", "pfns_per_compound=2", "use_template=true"]
    given = [word for s in [*sizes, "debug_vm=false", "vmemmap_optimized=false"] for word in ("--param", s)]
    ran = run("verify", "zone_device", "--engine", "axiomatic", "--model", "x86-nt", *given)
    assert ran.status == 0
    assert "holds" in ran.out
    assert "passes" not in ran.out
    assert "rounds" not in ran.out


@pytest.mark.parametrize(
    ("words", "statuses"),
    [
        ((), {0}),
        (("--engine", "axiomatic"), {0}),
        (("--engine", "operational"), {3}),
        (("--timeout", "0.000001"), {0, 3}),
    ],
)
def test_where_nothing_is_stated_nothing_is_unknown(
    words: tuple[str, ...], statuses: set[int], tmp_path: Path
) -> None:
    """Status 3 is that of transparency; nothing is left to ask about assertions."""
    (tmp_path / "append.py").write_text(APPEND, encoding="utf-8")
    arguments = ("append.py:append", "--model", "x86-nt", "--param", "n=2", "--param", "fast=true", *words)
    ran = run("verify", *arguments, folder=tmp_path)
    assert re.search(r"^assertions +none stated$", ran.out, re.MULTILINE)
    assert ran.out.splitlines()[-1].startswith("1 ")
    assert ran.status in statuses
    alone = run("trace", *arguments, "--property", "assertions", folder=tmp_path)
    assert alone.status == 0
    assert "none stated" in alone.out and "\nnothing is stated; " in alone.out


ROUNDS = """
from ordercheck.program import ProgramBuilder, Visibility

def two():
    p = ProgramBuilder("two")
    data = p.object("data", 16, Visibility.SHARED)
    flag = p.object("flag", 8, Visibility.SHARED)
    with p.thread("writer") as t:
        with t.for_("i", 0, 2) as i:
            t.nt_store(data + 8 * i, 8, 1)
        t.sfence("D")
        t.store(flag, 8, 1)
    with p.thread("reader") as t:
        t.assert_((t.load(flag, 8) == 0) | (t.load(data + 8, 8) == 1))
    return p

def straight():
    p = ProgramBuilder("straight")
    n = p.param("n", 0, 9)
    data = p.object("data", visibility=Visibility.OWNED)
    with p.thread("writer") as t:
        t.nt_store(data + 8 * n, 8, 1)
        t.sfence("D")
        t.publish("return")
    return p

def loop():
    p = ProgramBuilder("loop")
    n = p.param("n", 0)
    data = p.object("data", visibility=Visibility.OWNED)
    with p.thread("writer") as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(data + 8 * i, 8, 1)
        t.sfence("D")
        t.publish("return")
    return p
"""


@pytest.mark.parametrize("style", ["text", "gcc", "json"])
@pytest.mark.parametrize(("name", "cut"), [("two", False), ("straight", False), ("loop", True)])
def test_only_where_something_is_cut_off_it_is_said(
    name: str,
    cut: bool,
    style: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def gives_out(*_: object, **__: object) -> NoReturn:
        raise GaveOut("too hard")

    (tmp_path / "counted.py").write_text(ROUNDS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ordercheck.engines.verify.unbounded", gives_out)
    assert cli.status(["verify", f"counted.py:{name}", "--model", "x86-nt", "--format", style]) == 0
    out = capfd.readouterr().out
    if style == "json":
        results = json.loads(out)["results"]
        assert results[0]["evidence"]["exact"] == (CUT if cut else WHOLE)
        return
    assert "holds" in out
    assert ("rounds" in out, "not for every size" in out) == (cut, cut)
    assert cut or "not proved" in out or name == "two"


EMPTY = """
from ordercheck.program import ProgramBuilder

def bounds():
    p = ProgramBuilder("bounds")
    p.param("n", 5, 1)
    return p

def nothing():
    return ProgramBuilder("nothing")
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bounds", "empty.py:6: error: ValueError: parameter n: no value lies between 5 and 1"),
        ("nothing", "empty.py: error: empty.py:nothing has no thread: there is nothing to check"),
    ],
)
def test_what_would_be_proved_of_nothing_is_refused(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text(EMPTY, encoding="utf-8")
    ran = run("verify", f"empty.py:{name}", folder=tmp_path)
    assert (ran.status, ran.out, ran.err) == (2, "", f"{said}\n")


def test_text_that_the_terminal_cannot_show_is_escaped(folder: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    arguments = [*COMMAND, "verify", "waiting.py:reader", "--model", "sc"]
    done = subprocess.run(arguments, capture_output=True, cwd=folder, env=environment, check=False)
    assert done.returncode == 0
    assert rb"caf\xe9" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        arguments = [*COMMAND, "verify", "zone_device", "--model", "sc"]
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("stdout: error: cannot write the report")
    assert done.stderr.count("\n") == 1


CLOSED = {"stdout": ">&-", "stderr": "2>&-", "both": ">&- 2>&-", "all": "<&- >&- 2>&-"}
QUICK = {
    "verify": ("verify waiting.py:reader --model sc", 0),
    "verify, bad input": ("verify nothing", 2),
    "trace": ("trace waiting.py:reader --model sc", 0),
    "litmus": ("litmus sb.litmus", 0),
    "programs": ("programs", 0),
}
SB = """X86 SB
{ }
P0          | P1          ;
MOV [x],$1  | MOV [y],$1  ;
MOV EAX,[y] | MOV EAX,[x] ;
exists (0:EAX=0 /\\ 1:EAX=0)
"""


@pytest.mark.parametrize("streams", CLOSED)
@pytest.mark.parametrize("name", QUICK)
def test_a_closed_stream_is_no_error_of_its_own(name: str, streams: str, folder: Path) -> None:
    (folder / "sb.litmus").write_text(SB, encoding="utf-8")
    words, status = QUICK[name]
    line = shlex.join([*COMMAND, *words.split()])
    done = subprocess.run(
        f"{line} {CLOSED[streams]}", shell=True, capture_output=True, text=True, cwd=folder, check=False
    )
    assert done.returncode == status
    assert "internal" not in done.stderr
    if streams == "stdout":
        assert done.stdout == ""
        assert done.stderr.count("\n") == (1 if status else 0)
    elif streams == "stderr":
        assert done.stderr == ""
        assert bool(done.stdout) == (status == 0)
    else:
        assert (done.stdout, done.stderr) == ("", "")


def test_an_interrupted_fuzz_reports_what_it_compared() -> None:
    code = (
        "import sys; from ordercheck import cli; from ordercheck.testing import fuzz\n"
        "print('ready', file=sys.stderr, flush=True)\n"
        "sys.exit(cli.status(['fuzz', '--examples', '1000000']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (3, "")
    assert "0 disagreements" in out


def test_a_program_that_is_never_built_ends_with_the_time_out(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("def f():\n    while True:\n        pass\n", encoding="utf-8")
    ran = run("verify", "endless.py:f", "--timeout", "1", folder=tmp_path)
    assert ran.status == 2
    assert "was not built within the time-out" in ran.err
