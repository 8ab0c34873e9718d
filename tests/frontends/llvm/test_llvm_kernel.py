"""Linux as it ships: Debian's 6.1, compiled to IR by its own build, asked about function by function.

Minutes, and hundreds of megabytes: run with `-m long`. ORDERCHECK_KERNEL names a folder that keeps
source and IR between runs. Debian's packages are installed where that is possible; where they
cannot be had, there is nothing to test.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench import kernel_build
from bench.kernel import ask, questions
from bench.kernel_build import MM_INIT, USERCOPY, WRITECACHE, BuildError, Kernel

pytestmark = pytest.mark.long
LIMIT = 60.0
MODELS = ("x86-nt",)

HOLD = {
    (USERCOPY, "__memcpy_flushcache"),
    *((WRITECACHE, name) for name in ("init_memory", "writecache_commit_flushed", "writecache_flush")),
    *((WRITECACHE, name) for name in ("writecache_free_entry", "writecache_map", "writecache_resume")),
}
"""The functions of the five modules with a non-temporal store or a fence of their own."""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    folder = Path(os.environ.get("ORDERCHECK_KERNEL") or shared / "kernel")
    try:
        if kernel_build.missing() and kernel_build.installable():
            kernel_build.install()
    except BuildError as error:
        pytest.skip(f"Debian's packages cannot be installed: {error}")
    if absent := kernel_build.missing():
        pytest.skip(f"not here: {', '.join(absent)}")
    return kernel_build.build(folder)


def test_every_function_that_holds_something_is_asked_about(kernel: Kernel) -> None:
    assert set(questions(kernel, (), MODELS)) >= HOLD


@pytest.mark.parametrize(
    ("module", "function", "verdict", "contract"),
    [
        # 6.1 as it is has no non-temporal store there, and the copies do not drain: their callers do
        (MM_INIT, "memmap_init_zone_device", "proved", ""),
        (USERCOPY, "__memcpy_flushcache", "proved", "nodrain"),
        (USERCOPY, "arch_wb_cache_pmem", "proved", ""),
        (WRITECACHE, "writecache_commit_flushed", "proved", ""),
        # it wakes those who wait for an entry with the record pending: the lock in wake_up() drains
        (WRITECACHE, "writecache_free_entry", "proved", "nodrain, publish return, locks"),
    ],
)
def test_verdicts_are_those_that_the_source_has(
    kernel: Kernel, module: str, function: str, verdict: str, contract: str
) -> None:
    answer = ask(kernel, module, function, "x86-nt", LIMIT)
    assert (answer.verdict, answer.contract) == (verdict, contract), answer.reason


def test_an_answer_for_each_function(kernel: Kernel) -> None:
    answers = [
        ask(kernel, module, function, "x86-nt", LIMIT) for module, function in questions(kernel, (), MODELS)
    ]
    assert [str(a) for a in answers if a.verdict == "error"] == []
    for answer in answers:
        assert answer.mebibytes < 2048, answer
        assert answer.verdict in ("proved", "holds") or answer.reason, answer
