"""`--publish NAME`: the calls of a function and the stores to a global that let others look."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.errors import InputError
from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_program_helper import program
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, answer, filled, status

NOTIFY = "define void @notify() {\n  ret void\n}\n"
ALIAS = "@tell = alias void (), ptr @notify\n"
CALLS = {
    "in place": ("notify", "call void @notify()", NOTIFY),
    "not in the modules": ("notify", "call void @notify()", "declare void @notify() memory(none) nounwind"),
    "by the name of an alias": ("tell", "call void @tell()", ALIAS + NOTIFY),
    "of an alias, by its name": ("notify", "call void @tell()", ALIAS + NOTIFY),
    "by what an alias stands for": ("tell", "call void @notify()", ALIAS + NOTIFY),
    "two deep": (
        "notify",
        "call void @more()",
        f"{NOTIFY}define void @more() {{\n  call void @notify()\n  ret void\n}}",
    ),
    "a store": ("flag", "store i64 1, ptr @flag", ""),
    "a store to what an alias stands for": (
        "name",
        "store i64 1, ptr @own",
        "@own = global i64 0\n@name = alias i64, ptr @own\n",
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_others_may_look_after_it(case: str, tmp_path: Path) -> None:
    name, line, more = CALLS[case]
    text = filled(line, more=more)
    assert status(tmp_path, text, publish=name) is Status.REFUTED
    assert status(tmp_path, text, publish="return") is Status.PROVED
    drained = text.replace(line, f"{DRAIN}\n  {line}")
    assert status(tmp_path, drained, publish=name) is Status.PROVED


def test_they_look_after_the_call_not_before_it(tmp_path: Path) -> None:
    drains = f"define void @notify() {{\n  {DRAIN}\n  ret void\n}}\n"
    text = filled("call void @notify()", more=drains)
    assert status(tmp_path, text, publish="notify") is Status.PROVED


THROWS = f"""declare i32 @personality(...)
declare void @quiet() memory(none)
define void @notify() {{
  call void @quiet()
  ret void
}}
define void @f(ptr %p) personality ptr @personality {{
  store i64 1, ptr %p, align 8, !nontemporal !0
  CALL
ok:
  {DRAIN}
  ret void
lp:
  %l = landingpad {{ ptr, i32 }} cleanup
  {DRAIN}
  ret void
}}
define internal void @between() {{
  call void @notify()
  ret void
}}"""


@pytest.mark.parametrize("callee", ["notify", "between"])
def test_also_where_it_ends_by_an_exception(callee: str, tmp_path: Path) -> None:
    invoke = f"invoke void @{callee}() to label %ok unwind label %lp"
    never = "call void @quiet()\n  unreachable"
    text = THROWS.replace("CALL", invoke).replace("call void @quiet()\n  ret void", never)
    assert status(tmp_path, text, publish="notify") is Status.REFUTED
    assert status(tmp_path, text, publish="return") is Status.PROVED


def test_a_global_whose_name_an_argument_has_too(tmp_path: Path) -> None:
    text = filled("store i64 1, ptr @p", more="@p = external global i64\n")
    assert status(tmp_path, text, publish="p") is Status.REFUTED


INLINED = f"""define void @f(ptr %p) !dbg !4 {{
  store i64 1, ptr %p, align 8, !nontemporal !0, !dbg !7
  call void asm sideeffect "nop", "~{{memory}}"(), !dbg !8
  {DRAIN}, !dbg !7
  ret void, !dbg !7
}}
define void @notify() !dbg !6 {{
  call void asm sideeffect "nop", "~{{memory}}"(), !dbg !9
  ret void, !dbg !9
}}
!llvm.dbg.cu = !{{!1}}
!llvm.module.flags = !{{!3}}
!1 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, emissionKind: FullDebug)
!2 = !DIFile(filename: "a.c", directory: "/")
!3 = !{{i32 2, !"Debug Info Version", i32 3}}
!4 = distinct !DISubprogram(name: "f", file: !2, line: 1, type: !5, spFlags: DISPFlagDefinition, unit: !1)
!5 = !DISubroutineType(types: !10)
!6 = distinct !DISubprogram(name: "notify", file: !2, type: !5, spFlags: DISPFlagDefinition, unit: !1)
!7 = !DILocation(line: 2, scope: !4)
!8 = !DILocation(line: 10, scope: !6, inlinedAt: !7)
!9 = !DILocation(line: 10, scope: !6)
!10 = !{{}}"""


def test_a_call_that_the_compiler_has_taken_away_is_not_known(tmp_path: Path) -> None:
    assert status(tmp_path, INLINED, publish="notify") is Status.UNKNOWN
    assert status(tmp_path, INLINED, publish="return") is Status.PROVED


def test_a_name_that_means_nothing_is_refused(tmp_path: Path) -> None:
    text = filled("call void @notify()", more=NOTIFY)
    said = r"--publish notfiy: expected return, stores, .* \(there is notify\)"
    with pytest.raises(InputError, match=said):
        program(tmp_path, text, publish="return,notfiy")


def test_what_asm_alone_calls_has_a_name(tmp_path: Path) -> None:
    text = filled('call void asm sideeffect "call notify", "~{memory}"()')
    assert status(tmp_path, text, publish="notify") is Status.REFUTED


MOVING = """declare void @unknown()
declare void @keep(ptr)
define void @f(ptr %x, i64 %n) {
  call void @unknown()
  %p = load ptr, ptr %x
  store i64 1, ptr %p, align 8, !nontemporal !0
  %q = getelementptr i8, ptr %p, i64 64
  store i64 1, ptr %q, align 8
  DRAIN
  ret void
}"""


@pytest.mark.parametrize("name", ["return", ""])
def test_a_store_that_may_go_elsewhere_hands_over_where_stores_do(name: str, tmp_path: Path) -> None:
    options = {"publish": name} if name else {}
    found = answer(program(tmp_path, MOVING.replace("DRAIN", DRAIN), **options))
    assert (found.status is Status.PROVED) is (name == "return")


RING = f"""@ring = external global [64 x i64]
define void @f(ptr %ring, i64 %v) {{
  HEAD
  FILL
  store i64 1, ptr @ring, align 64
  {DRAIN}
  ret void
}}"""
IN_IT = "store i64 %v, ptr getelementptr (i8, ptr @ring, i64 64), align 8, !nontemporal !0"
BESIDE = (
    "store i64 %v, ptr %ring, align 8, !nontemporal !0\n  store i64 %v, ptr %ring, align 8, !nontemporal !0"
)


@pytest.mark.parametrize("refuse", ["", "distinct"])
def test_a_global_that_is_itself_filled(refuse: str, tmp_path: Path) -> None:
    options = {"publish": "ring", **({"refuse": refuse} if refuse else {})}
    text = RING.replace("HEAD\n", "").replace("FILL", IN_IT)
    assert answer(program(tmp_path, text, **options)).status is Status.REFUTED
    drained = text.replace(IN_IT, f"{IN_IT}\n  {DRAIN}")
    assert answer(program(tmp_path, drained, **options)).status is Status.PROVED


def test_its_own_non_temporal_store_lets_others_look_too(tmp_path: Path) -> None:
    text = filled("store i64 1, ptr @flag, align 8, !nontemporal !0")
    assert status(tmp_path, text, publish="flag") is Status.REFUTED
    assert status(tmp_path, text, publish="return") is Status.PROVED


@pytest.mark.parametrize("refuse", ["", "distinct"])
def test_what_is_filled_under_its_name_is_looked_at_no_sooner(refuse: str, tmp_path: Path) -> None:
    options = {"publish": "ring", **({"refuse": refuse} if refuse else {})}
    text = RING.replace("HEAD\n", f"{BESIDE}\n").replace("FILL", DRAIN)
    assert answer(program(tmp_path, text, **options)).status is Status.PROVED


OWN = f"""@mine = thread_local global i64 0
define void @f(ptr %p, ptr %q) {{
  store i64 1, ptr @mine, align 8
  store i64 1, ptr %p, align 8, !nontemporal !0
  store atomic i64 1, ptr %q release, align 8
  {DRAIN}
  ret void
}}"""


def test_all_memory_is_not_one_threads_own_because_some_is(tmp_path: Path) -> None:
    assert status(tmp_path, OWN, refuse="distinct") is Status.REFUTED
