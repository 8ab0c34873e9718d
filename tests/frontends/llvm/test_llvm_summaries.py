"""Function summaries: what the shipped files say, which of two wins, what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck import shipped
from ordercheck.errors import InputError
from ordercheck.frontends.llvm import summary_file
from ordercheck.frontends.llvm.summaries import Access, Summaries, Summary, describe

FILES = {path.stem: path for path in shipped.summary_files()}
LINUX = Summaries.load(shipped.summary_files(kernel=True))
LIBC = Summaries.load(shipped.summary_files(kernel=False))


def of(*texts: str) -> Summaries:
    """Summaries out of the texts of files, the weakest first."""
    return Summaries(summary_file.parse(text, f"{i}.toml") for i, text in enumerate(texts))


def entry(text: str, name: str = "f") -> Summary:
    """The summary of a file that holds one table of that name."""
    found = of(f"[function.{name}]\n{text}\n").find(name)
    assert found is not None
    return found


# what is shipped


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_summary_says_why_and_where(name: str) -> None:
    entries = summary_file.read(FILES[name])
    assert len(entries) > 100
    lines = FILES[name].read_text(encoding="utf-8").splitlines()
    for summary in entries.values():
        assert summary.source, summary.name
        assert summary.name in lines[summary.line - 1]
        assert summary.place == f"{FILES[name]}:{summary.line}"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "memcpy",
            "writes [arg0, arg0+arg2), reads [arg1, arg1+arg2), returns arg0",
        ),
        (
            "__memcpy_flushcache",
            "writes [arg0, arg0+arg2) by non-temporal stores, reads [arg1, arg1+arg2)",
        ),
        ("_raw_spin_lock_irqsave", "changes [arg0, ...), drains by a locked operation"),
        ("_raw_spin_trylock", "changes [arg0, ...)"),
        ("_raw_spin_unlock_irqrestore", "changes [arg0, ...), lets others look"),
        ("mutex_lock", "changes [arg0, ...), drains by a locked operation, may sleep"),
        ("mutex_unlock", "changes [arg0, ...), drains by a locked operation, lets others look"),
        ("complete", "changes [arg0, ...), lets others look"),
        ("__SCT__cond_resched", "may sleep"),
        ("clear_page_erms", "writes [arg0, arg0+4096)"),
        ("arch_wb_cache_pmem", "touches no memory of its caller"),
        ("clflush_cache_range", "drains by mfence"),
        ("kfree", "changes [arg0, ...), lets others look"),
        ("strchr", "reads [arg0, ...), returns an address in the memory of arg0"),
        ("rb_erase", "may read any memory that escaped, may write to any memory that escaped"),
        ("panic", "does not return"),
        ("do_exit", "lets others look, does not return"),
        ("__tsan_write8", "reads [arg0, ...)"),
    ],
)
def test_what_the_kernel_does(name: str, said: str) -> None:
    found = LINUX.find(name)
    assert found is not None
    assert describe(found, name) == f"{name}: {said} (linux.toml)"


def test_a_copy_that_drains_itself() -> None:
    found = LINUX.find("__copy_user_nocache")
    assert found is not None
    assert found.drains == "sfence"
    assert [a.nt for a in found.writes] == [True]
    assert "6.4" in found.assumes


@pytest.mark.parametrize(
    "name",
    [
        "complete", "__wake_up", "wake_up_process", "queue_work_on", "mod_timer", "up", "kfree",
        "schedule", "__cond_resched", "_raw_spin_trylock_bh", "mutex_trylock", "_raw_spin_unlock",
        "_raw_read_unlock", "__srcu_read_lock", "synchronize_rcu", "_printk",
        "_copy_from_iter_flushcache", "memcpy", "__put_user_8", "arch_wb_cache_pmem",
    ],
)  # fmt: skip
def test_what_is_no_drain_in_the_kernel(name: str) -> None:
    found = LINUX.find(name)
    assert found is not None
    assert found.drains == ""


@pytest.mark.parametrize(
    "name",
    [
        "memcpy", "pthread_mutex_lock", "pthread_mutex_unlock", "pthread_spin_unlock", "sem_post",
        "sem_wait", "pthread_cond_wait", "pthread_create", "write", "read", "mmap", "msync", "printf",
        "free", "malloc", "sched_yield", "exit", "__cxa_throw",
    ],
)  # fmt: skip
def test_what_is_no_drain_in_the_c_library(name: str) -> None:
    found = LIBC.find(name)
    assert found is not None
    assert found.drains == ""


@pytest.mark.parametrize(
    "name",
    ["write", "send", "printf", "free", "realloc", "pthread_mutex_unlock", "sem_post", "pthread_create"],
)
def test_what_hands_over_in_the_c_library(name: str) -> None:
    found = LIBC.find(name)
    assert found is not None
    assert found.publishes


@pytest.mark.parametrize("name", ["kmalloc_trace", "__kmalloc_node", "kmem_cache_alloc", "vzalloc"])
def test_memory_of_its_own(name: str) -> None:
    found = LINUX.find(name)
    assert found is not None
    assert found.allocates
    assert not found.publishes


@pytest.mark.parametrize(
    "name",
    [
        "kmem_cache_alloc_bulk", "__tsan_atomic64_load", "__x86_indirect_thunk_rax",
        "__traceiter_page_ref_set", "__SCT__tp_func_mm_page_free", "submit_bio", "bio_endio",
        "mempool_alloc", "nvdimm_flush", "ktime_get_x", "malloc",
    ],
)  # fmt: skip
def test_what_nobody_vouches_for_in_the_kernel(name: str) -> None:
    assert LINUX.find(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "qsort", "longjmp", "atexit", "syscall", "pmem_drain", "panic", "schedule", "__tsan_write8",
        "fork", "_RNvNtCs1_4user3fmt5write", "_RINvNtCs1_4core9panicking13assert_failedhE",
    ],
)  # fmt: skip
def test_what_nobody_vouches_for_outside_of_the_kernel(name: str) -> None:
    assert LIBC.find(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "_RNvNtCsgEmfK2I1SDS_4core9panicking18panic_bounds_check",
        "_ZN4core9panicking5panic17h0123456789abcdefE",
        "_RNvNtNtCsgEmfK2I1SDS_4core5slice5index16slice_index_fail",
        "_RNvNtCsgEmfK2I1SDS_4core6option13unwrap_failed",
    ],
)
def test_panics_of_rust(name: str) -> None:
    found = LIBC.find(name)
    assert found is not None
    assert found.noreturn
    assert found.publishes


@pytest.mark.parametrize(
    "name", ["__rust_alloc", "_RNvCsfLfy6EI15iL_7___rustc12___rust_alloc", "_Znwm", "calloc", "strdup"]
)
def test_allocators_outside_of_the_kernel(name: str) -> None:
    found = LIBC.find(name)
    assert found is not None
    assert found.allocates


def test_a_name_may_mean_another_function_in_the_kernel() -> None:
    panic = Summaries.load(shipped.summary_files()).find("panic")
    assert panic is not None and panic.noreturn
    assert LIBC.find("panic") is None
    assert LINUX.find("pthread_create") is None


# which one wins


def test_a_later_file_wins_also_by_a_glob() -> None:
    first, second = "[function.foo]\npure = true\n", "[function.'f*']\npublishes = true\n"
    found = of(first, second).find("foo")
    assert found is not None
    assert found.publishes
    assert (found.name, found.file) == ("f*", "1.toml")
    assert of(second, first).find("foo") != found


def test_exact_names_win_over_globs_and_longer_globs_over_shorter() -> None:
    text = "".join(
        f"[function.'{name}']\nreads = [{{ arg = {n}, size = 1 }}]\n"
        for n, name in enumerate(["*", "foo_*", "foo_bar", "foo_ba?", "[f]oo"])
    )
    found = of(text)

    def argument(name: str) -> int | None:
        summary = found.find(name)
        assert summary is not None
        return summary.reads[0].argument

    assert [argument(n) for n in ("foo_bar", "foo_baz", "foo_bazz", "foo", "bar")] == [2, 3, 1, 4, 0]


def test_the_case_of_a_name_matters() -> None:
    assert of("[function.'Foo*']\npure = true\n").find("foobar") is None


def test_a_summary_can_be_withdrawn() -> None:
    both = Summaries(
        [summary_file.read(FILES["linux"]), summary_file.parse("[function.complete]\nunknown = true", "u")]
    )
    assert both.find("complete") is None
    assert both.find("complete_all") is not None


def test_names_that_share_a_table() -> None:
    found = of("[function.f]\nalso = ['g', 'h*']\nsleeps = true\n")
    names = [summary.name for n in ("f", "g", "hh") if (summary := found.find(n)) is not None]
    assert names == ["f", "g", "h*"]


def test_the_mark_of_llvm_in_front_of_a_name() -> None:
    assert LIBC.find("\x01memcpy") == LIBC.find("memcpy")


# what is read


def test_everything_that_can_be_said() -> None:
    found = entry(
        """
        reads = [{ arg = 1, size = "any" }]
        writes = [{ arg = 0, size = 8, nt = true }, { arg = "all", size = "arg2*16" }]
        changes = [{ arg = 3, size = "arg4" }]
        drains = "mfence"
        publishes = true
        sleeps = true
        noreturn = true
        throws = true
        returns = "in arg5"
        reads_any = true
        writes_any = true
        keeps = false
        assumes = "all is
        well"
        source = "here"
        """.replace('"all is\n        well"', '"""all is\n        well"""')
    )
    assert found == Summary(
        "f",
        "0.toml",
        1,
        reads=(Access(1),),
        writes=(Access(0, 8, nt=True), Access(None, None, 2, 16)),
        changes=(Access(3, None, 4),),
        drains="mfence",
        publishes=True,
        sleeps=True,
        noreturn=True,
        throws=True,
        within=5,
        reads_any=True,
        writes_any=True,
        keeps=False,
        assumes="all is well",
        source="here",
    )
    assert found.arguments == 6
    assert describe(found) == (
        "f: writes [arg0, arg0+8) by non-temporal stores, writes what its pointer arguments point to, "
        "reads [arg1, ...), changes [arg3, arg3+arg4), may read any memory that escaped, may write to any "
        "memory that escaped, drains by mfence, lets others look, may sleep, returns an address in the "
        "memory of arg5, does not return, may throw, assuming that all is well (0.toml)"
    )


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("pure = true", False),
        ("reads = [{ arg = 0, size = 1 }]", False),
        ("sleeps = true", False),
        ("drains = 'sfence'", False),
        ("writes = [{ arg = 0, size = 1 }]", True),
        ("changes = [{ arg = 0, size = 1 }]", True),
        ("writes_any = true", True),
        ("publishes = true", True),
        ("publishes = true\nkeeps = false", False),
        ("pure = true\nallocates = true", False),
    ],
)
def test_what_writes_may_keep_the_pointers_it_gets(text: str, keeps: bool) -> None:
    assert entry(text).keeps is keeps


# the call


def test_each_pointer_of_a_call() -> None:
    found = LINUX.find("_printk")
    assert found is not None
    call = found.for_call([True, False, True])
    assert call is not None
    assert call.reads == (Access(0), Access(2))
    assert call.for_call([True, False, True]) is call
    nothing = found.for_call([False])
    assert nothing is not None
    assert nothing.reads == ()


@pytest.mark.parametrize(
    ("text", "pointers", "fits"),
    [
        ("reads = [{ arg = 1, size = 8 }]", [False, True], True),
        ("reads = [{ arg = 1, size = 8 }]", [True], False),
        ("reads = [{ arg = 1, size = 8 }]", [True, False], False),
        ("writes = [{ arg = 0, size = 'arg1' }]", [True, False], True),
        ("writes = [{ arg = 0, size = 'arg1' }]", [True], False),
        ("writes = [{ arg = 0, size = 'arg1' }]", [True, True], False),
        ("pure = true\nreturns = 'arg1'", [True], False),
        ("pure = true\nreturns = 'in arg1'", [True], False),
        ("pure = true", [], True),
    ],
)
def test_a_call_with_other_arguments_is_of_another_function(
    text: str, pointers: list[bool], fits: bool
) -> None:
    summary = entry(text)
    assert summary.for_call(pointers) == (summary if fits else None)


# what is wrong


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[function.f]\npure = true\nfoo = 1\n", 3, 'there is no field "foo"'),
        ("[function.f]\npure = 1\n", 2, "pure is true or false"),
        ("[function.f]\n\n\nsleeps = 'yes'\n", 4, "sleeps is true or false"),
        ("[function.f]\ndrains = 'lfence'\n", 2, "drains is"),
        ("[function.f]\nreturns = 0\n", 2, "returns is"),
        ("[function.f]\npure = true\nreturns = 'arg256'\n", 3, "numbered from 0 to 255"),
        ("[function.f]\nreads = 3\n", 2, "reads is a list"),
        ("[function.f]\nreads = []\n", 2, "reads is a list"),
        ("[function.f]\nreads = [{ arg = 0 }]\n", 2, "an entry of reads is"),
        ("[function.f]\nreads = [0]\n", 2, "an entry of reads is"),
        ("[function.f]\nreads = [{ arg = -1, size = 1 }]\n", 2, "numbered from 0"),
        ("[function.f]\nreads = [{ arg = true, size = 1 }]\n", 2, "numbered from 0"),
        ("[function.f]\nreads = [{ arg = 'arg0', size = 1 }]\n", 2, "numbered from 0"),
        ("[function.f]\nreads = [{ arg = 0, size = 0 }]\n", 2, "a size is"),
        ("[function.f]\nreads = [{ arg = 0, size = true }]\n", 2, "a size is"),
        ("[function.f]\nreads = [{ arg = 0, size = 1.5 }]\n", 2, "a size is"),
        ("[function.f]\nreads = [{ arg = 0, size = 'arg1+1' }]\n", 2, "a size is"),
        ("[function.f]\nreads = [{ arg = 0, size = 'arg1*0' }]\n", 2, "a size is"),
        ("[function.f]\nreads = [{ arg = 0, size = 'arg999' }]\n", 2, "numbered from 0"),
        ("[function.f]\nreads = [{ arg = 0, size = 1, nt = true }]\n", 2, 'has no "nt"'),
        ("[function.f]\nwrites = [{ arg = 0, size = 1, nt = 1 }]\n", 2, "nt is true or false"),
        ("[function.f]\nsource = ''\n", 2, "source is a text"),
        ("[function.f]\nsource = 'x'\n", 1, "it says nothing"),
        ("[function.f]\npure = false\n", 1, "it says nothing"),
        ("[function.f]\nreturns = 'arg0'\nkeeps = false\n", 1, "it says nothing"),
        ("[function.f]\npure = true\npublishes = true\n", 3, "contradict"),
        ("[function.f]\nunknown = true\nallocates = true\n", 3, "contradict"),
        ("[function.f]\nallocates = true\nreturns = 'arg0'\n", 3, "not both"),
        ("[function.f]\npure = true\nalso = 'g'\n", 3, "also is a list of names"),
        ("[function.f]\npure = true\nalso = ['']\n", 1, "a name is empty"),
        ("[function.f]\npure = true\n[function.g]\nalso = ['f']\npure = true\n", 3, "a second summary of f"),
        ("[function.f]\npure = true\n[function.f]\npure = true\n", 3, "malformed"),
        ("[function.f\npure = true\n", 1, "malformed"),
        ("pure = true\n", 0, '"pure" is not known here'),
        ("function = 3\n", 0, "summaries are tables"),
        ("function.f = 3\n", 0, "this is no table"),
        ("x = " + "[" * 5000, 0, "malformed"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        summary_file.parse(text, "user.toml")
    assert said in caught.value.message
    assert (caught.value.file, caught.value.line) == ("user.toml", line)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing, binary, huge = tmp_path / "missing", tmp_path / "binary", tmp_path / "huge"
    binary.write_bytes(b"# ok\n\xff\n")
    huge.write_bytes(b"#" * (summary_file.MAX_BYTES + 1))
    for path, line in ((missing, 0), (tmp_path, 0), (binary, 2), (huge, 0)):
        with pytest.raises(InputError) as caught:
            Summaries.load([path])
        assert (caught.value.file, caught.value.line) == (str(path), line)


FIELDS = st.sampled_from(
    ["pure", "reads", "writes", "drains", "returns", "also", "source", "keeps", "unknown", "allocates", "x"]
)
VALUES = st.recursive(
    st.booleans()
    | st.integers(-3, 300)
    | st.sampled_from(["any", "arg1", "arg0*8", "in arg0", "sfence", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.fixed_dictionaries({"arg": inner, "size": inner}),
    max_leaves=4,
)


def toml(value: object) -> str:
    """The value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    return repr(value)


@settings(derandomize=True, max_examples=200)
@given(st.dictionaries(FIELDS, VALUES, max_size=4))
def test_any_table_is_understood_or_refused(table: dict[str, object]) -> None:
    text = "[function.'f*']\n" + "".join(f"{k} = {toml(v)}\n" for k, v in table.items())
    try:
        entries = summary_file.parse(text, "user.toml")
    except InputError as error:
        assert error.line >= 1
        assert not str(error).count("\n")
    else:
        for summary in entries.values():
            assert describe(summary).endswith("(user.toml)")
            assert summary.arguments <= 256


@settings(derandomize=True, max_examples=100)
@given(st.integers(0, 20_000), st.text(max_size=3), st.integers(0, 30))
def test_a_damaged_file_is_understood_or_refused(at: int, put: str, cut: int) -> None:
    text = FILES["libc"].read_text(encoding="utf-8")[:4000]
    at %= len(text)
    try:
        summary_file.parse(text[:at] + put + text[at + cut :], "user.toml")
    except InputError as error:
        assert error.file == "user.toml"
