"""A program whose instructions say that they come from C: columns, inlined calls, no text of their own."""

from __future__ import annotations

from pathlib import Path

PROGRAM = """
from dataclasses import replace

from ordercheck.program import ProgramBuilder, Visibility
from ordercheck.program.ir import Assert, Program, Publish, Source, Store

VARIANTS = {"right": "drained", "wrong": "no drain", "overtaken": "an ordinary store comes after"}
ENTRY = "init_pages"
CALL = Source("mm/init.c", 4, ENTRY, "", 9)
INNER = Source("mm/init.c", 1, "init_page", "", 5, CALL)


def build(variant: str) -> Program:
    p = ProgramBuilder("pages")
    n = p.param("n", 1, 1 << 20)
    pages = p.object("pages", visibility=Visibility.OWNED)
    with p.thread("cpu") as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(pages + 8 * i, 8, i + 1)
            if variant == "overtaken":
                t.store(pages + 8 * i, 8, 7)
        if variant != "wrong":
            t.sfence("D")
        t.publish("return")
    program = p.build()
    thread = program.threads[0]
    blocks = tuple(replace(b, body=tuple(map(placed, b.body))) for b in thread.blocks)
    return replace(program, threads=(replace(thread, blocks=blocks),))


def two_threads() -> Program:
    p = ProgramBuilder("two threads")
    page = p.object("page", 8, Visibility.SHARED)
    ready = p.object("ready", 8, Visibility.SHARED)
    with p.thread() as t:
        t.nt_store(page + 0, 8, 1)
        t.store(ready + 0, 8, 1)
    with p.thread() as t:
        t.assert_((t.load(ready + 0, 8) == 0) | (t.load(page + 0, 8) == 1), "seen")
    program = p.build()
    threads = []
    for thread in program.threads:
        blocks = tuple(replace(b, body=tuple(map(placed, b.body))) for b in thread.blocks)
        threads.append(replace(thread, blocks=blocks))
    return replace(program, threads=tuple(threads))


def placed(instr):
    if isinstance(instr, Store) and "NT" in instr.tags:
        return replace(instr, source=Source("include/nt.h", 3, "memcpy_nt", "", 2, INNER))
    if isinstance(instr, Store):
        return replace(instr, source=Source("mm/init.c", 5, ENTRY, "", 17))
    if isinstance(instr, Publish):
        return replace(instr, source=Source("mm/init.c", 7, ENTRY, "", 1))
    column = 30 if isinstance(instr, Assert) else 2
    return replace(instr, source=Source("mm/init.c", 6, ENTRY, "", column))
"""
HEADER = """static inline void memcpy_nt(u64 *to, u64 value)
{
\tasm volatile("movnti %1, %0" : "=m" (*to) : "r" (value));
}
"""
SOURCE = """static void init_page(u64 *p, u64 v) { memcpy_nt(p, v); }
void init_pages(u64 *pages, u64 n)
{
\tfor (i = 0; i < n; i++) init_page(pages + i, i + 1);
\tfor (i = 0; i < n; i++) pages[i] = 7;
\tmemcpy_nt_drain();
}
"""
SPEC = "pages.py:build"
TWO_THREADS = "pages.py:two_threads"


def write(folder: Path) -> Path:
    """Writes the program and its C into a folder; the folder."""
    for name, text in {"pages.py": PROGRAM, "include/nt.h": HEADER, "mm/init.c": SOURCE}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
