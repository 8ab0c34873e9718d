"""memmap_init_zone_device() with template copies by memcpy_nt(), and its three drains.

Modelled on the patch "mm: use memcpy_nt() in zone-device template copies" (linux-mm,
2026-07-01, version 5, 8 of 8) and the kernel's sources around it, v6.16 to v7.2. Python
functions have the names of the C functions that they stand for; the accesses that
overlap a copy are in overlap.toml.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ordercheck.program import Expr, Pointer, Program, ProgramBuilder, ThreadBuilder, Visibility, const, ite

VARIANTS = {
    "seed": "the patch: D1, D2 and D3",
    "no-d1": "without D1, before memmap_init_compound()",
    "no-d2": "without D2, before prep_compound_head() (version 1 of the series)",
    "no-d3": "without D3, before the return",
    "smp-wmb": "smp_wmb() in place of each drain",
    "lfence": "LFENCE in place of each drain",
    "d1-late": "D1 moved behind __SetPageHead()",
    "two-drains": "__SetPageHead() moved behind D2, D1 dropped",
    "pageblock-early": "the pageblock pass before D3",
    "fixup-after-copy": "a store into each page after its copy, no drain (versions 1 and 2)",
    "prep-early": "prep_compound_head() at the first tail (kernels up to 6.17)",
    "resampled": "the condition of each drain sampled again instead of once",
}

OPTIONS = {
    "page_size": (64, 80, 96),
    "shape": ("S2", "S1"),
    "copy": ("nt", "ordinary", "mixed"),
}

PG_HEAD = 1 << 6
# zone, node and section bits, PG_reserved: the low byte, where the order goes, is 0
FLAGS = 0x0017_FFFF_C000_1000
PGMAP = 0xFFFF_8881_0000_0000
VMEMMAP_START = 0xFFFF_EA00_0000_0000
# _mapcount -1 in the low half, _refcount 1 in the high half (offsets 48 and 52)
COUNTS = 0x1_FFFF_FFFF
TAIL_MAPPING = 0xDEAD_0000_0000_0400
PAGEBLOCK = 512
VMEMMAP_RESERVE = 128
ACCESSES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("overlap.toml").read_text(encoding="utf-8")
)["access"]


def build(variant: str = "seed", page_size: int = 64, shape: str = "S2", copy: str = "nt") -> Program:
    """The program of this variant.

    page_size: bytes of a struct page; shape: whether the first tail of a compound is
    initialised by ordinary stores (S1) or copied as the rest (S2); copy: how a template
    is copied - all words non-temporal, all ordinary, or mixed (first and last word
    ordinary, with CLWB).
    """
    p = ProgramBuilder("zone_device", variant)
    init = ZoneDevice(p, variant, page_size, shape, copy)
    with p.thread("init") as t:
        init.memmap_init_zone_device(t)
    return p.build()


class ZoneDevice:
    """The C functions, with the parameters that they share."""

    def __init__(self, p: ProgramBuilder, variant: str, page_size: int, shape: str, copy: str) -> None:
        self.variant, self.page_size, self.shape, self.copy = variant, page_size, shape, copy
        self.start_pfn = p.param("start_pfn", 0, 1 << 40)
        self.nr_pages = p.param("nr_pages", 1, 1 << 40)
        self.pfns_per_compound = p.param("pfns_per_compound", 1, 1 << 18)
        self.use_template = p.bool_param("use_template")
        self.debug_vm = p.bool_param("debug_vm")
        self.vmemmap_optimized = p.bool_param("vmemmap_optimized")
        p.assume(~self.vmemmap_optimized | (self.pfns_per_compound > VMEMMAP_RESERVE))
        # old contents that no template has, so that a stale byte shows
        self.memmap = p.object("memmap", None, Visibility.OWNED, fill=0x5A)
        p.note("the section bits of page->flags, which vary with the pfn, are a constant here")
        p.note("a pfn does not overflow; the memory map is one object that nobody else writes meanwhile")
        if variant == "resampled":
            p.note("each drain's condition is any truth value")

    # memory

    def page(self, pfn: Expr) -> Pointer:
        """pfn_to_page()."""
        return self.memmap + self.page_size * pfn

    def tail_page(self, head_pfn: Expr, k: Expr) -> Pointer:
        """Tail k of a compound: with an optimised vmemmap, tails from 128 on are the second page's again."""
        aliased = self.vmemmap_optimized & (k >= VMEMMAP_RESERVE)
        return self.page(head_pfn + ite(aliased, 64 + k % 64, k))

    def head_template(self) -> list[Expr | int]:
        """The words of a head page's template, as zone_device_template_page_init() leaves them."""
        return self._padded([FLAGS, PGMAP, 0, 0, 0, 0, COUNTS, 0])

    def tail_template(self, head_pfn: Expr) -> list[Expr | int]:
        """The words of a tail page's template."""
        compound_head = VMEMMAP_START + 1 + self.page_size * head_pfn
        return self._padded([FLAGS, compound_head, 0, TAIL_MAPPING, 0, 0, COUNTS, 0])

    def _padded(self, words: list[Expr | int]) -> list[Expr | int]:
        return words + [0] * (self.page_size // 8 - len(words))

    # drains

    def memcpy_nt_drain(self, t: ThreadBuilder, label: str) -> None:
        """if (use_template) memcpy_nt_drain(); as the variant has it."""
        if self.variant == "no-" + label.lower():
            return
        condition = (
            t.havoc(f"sampled_{label}", sort="bool") if self.variant == "resampled" else self.use_template
        )
        with t.if_(condition):
            if self.variant == "smp-wmb":
                t.smp_wmb(label)
            elif self.variant == "lfence":
                t.lfence(label)
            else:
                t.sfence(label)

    # initialising one page

    def memcpy_nt(self, t: ThreadBuilder, page: Pointer, template: list[Expr | int]) -> None:
        """Copies a template to a page, ascending, in words of 8 bytes."""
        last = len(template) - 1
        for k, word in enumerate(template):
            fragment = self.copy == "mixed" and k in (0, last)
            if self.copy == "ordinary" or fragment:
                t.store(page + 8 * k, 8, word)
            else:
                t.nt_store(page + 8 * k, 8, word)
            if fragment:
                t.fence("ClWb")

    def zone_device_page_init_slow(self, t: ThreadBuilder, page: Pointer, words: list[Expr | int]) -> None:
        """Initialises a page with ordinary stores."""
        for k, word in enumerate(words):
            t.store(page + 8 * k, 8, word)

    def zone_device_page_init(self, t: ThreadBuilder, page: Pointer, template: list[Expr | int]) -> None:
        """By template where that path is on, else slowly."""
        with t.if_(self.use_template):
            self.memcpy_nt(t, page, template)
            if self.variant == "fixup-after-copy":
                t.store(page + 52, 4, 0, label="_refcount", lasting=True)
        with t.else_():
            self.zone_device_page_init_slow(t, page, template)

    # the compound's metadata

    def set_page_head(self, t: ThreadBuilder, head: Pointer) -> None:
        """__SetPageHead(): a load and a store of 8 bytes, not locked."""
        self._access(t, "__SetPageHead", "head", head, FLAGS)

    def prep_compound_head(self, t: ThreadBuilder, head_pfn: Expr) -> None:
        """The accesses of overlap.toml to the head and the first two tails."""
        if self.variant == "two-drains":
            self.set_page_head(t, self.page(head_pfn))
        self._access(t, "prep_compound_head", "head", self.page(head_pfn), FLAGS | PG_HEAD)
        self._access(t, "prep_compound_head", "tail1", self.page(head_pfn + 1), FLAGS)
        with t.if_(self.pfns_per_compound > 2):
            self._access(t, "prep_compound_head", "tail2", self.page(head_pfn + 2), FLAGS)

    def _access(self, t: ThreadBuilder, by: str, where: str, page: Pointer, flags: int) -> None:
        for access in ACCESSES:
            if (access["by"], access["page"]) != (by, where):
                continue
            place, size, name = page + access["offset"], access["size"], access["name"]
            word: Expr = const(0)
            with t.function(by):
                if access.get("load"):
                    word = t.load(place, size, expect=flags, label=name)
                if "value" in access:
                    value = self._value(access["value"], word, page)
                    t.store(place, size, value, label=name, lasting=True)

    def _value(self, text: str, word: Expr, page: Pointer) -> Expr | int:
        if text.startswith("|"):
            return word | int(text[1:], 0)
        if text == "order":
            return (word & 0xFFFF_FFFF_FFFF_FF00) | compound_order(self.pfns_per_compound)
        if text == "nr":
            return self.pfns_per_compound
        if text == "self":
            return page.offset + (VMEMMAP_START + 16)
        return int(text, 0)

    def memmap_init_compound(self, t: ThreadBuilder, head_pfn: Expr) -> None:
        """The tails of one compound, and its metadata."""
        if self.variant != "two-drains":
            self.set_page_head(t, self.page(head_pfn))
        if self.variant == "d1-late":
            self.memcpy_nt_drain(t, "D1")
        nr = ite(self.vmemmap_optimized, VMEMMAP_RESERVE, self.pfns_per_compound)
        template = self.tail_template(head_pfn)
        if self.shape == "S1" or self.variant == "prep-early":
            first = self.page(head_pfn + 1)
            if self.shape == "S1":
                self.zone_device_page_init_slow(t, first, template)
            else:
                self.zone_device_page_init(t, first, template)
            if self.variant == "prep-early":
                self.memcpy_nt_drain(t, "D2")
                self.prep_compound_head(t, head_pfn)
        start = 2 if self.shape == "S1" or self.variant == "prep-early" else 1
        with t.for_("k", start, nr) as k:
            self.zone_device_page_init(t, self.page(head_pfn + k), template)
        if self.variant != "prep-early":
            self.memcpy_nt_drain(t, "D2")
            self.prep_compound_head(t, head_pfn)

    # the whole

    def memmap_init_zone_device(self, t: ThreadBuilder) -> None:
        """Every compound of the range, the pageblock pass, the return."""
        end_pfn = self.start_pfn + self.nr_pages
        with t.for_("pfn", self.start_pfn, end_pfn, self.pfns_per_compound) as pfn:
            self.zone_device_page_init(t, self.page(pfn), self.head_template())
            with t.if_(self.pfns_per_compound == 1):
                t.continue_()
            if self.variant not in ("d1-late", "two-drains"):
                self.memcpy_nt_drain(t, "D1")
            self.memmap_init_compound(t, pfn)
        if self.variant == "pageblock-early":
            self.pageblock_migratetype_init_range(t, end_pfn)
        self.memcpy_nt_drain(t, "D3")
        if self.variant != "pageblock-early":
            self.pageblock_migratetype_init_range(t, end_pfn)
        t.publish("return")

    def pageblock_migratetype_init_range(self, t: ThreadBuilder, end_pfn: Expr) -> None:
        """With CONFIG_DEBUG_VM: reads page->flags of each pageblock-aligned page, by its compound."""
        with t.if_(self.debug_vm):
            block = t.reg("block", (self.start_pfn + (PAGEBLOCK - 1)) // PAGEBLOCK * PAGEBLOCK)
            with t.for_("head", self.start_pfn, end_pfn, self.pfns_per_compound) as head:
                stop = head + self.pfns_per_compound
                with t.while_((block < stop) & (block < end_pfn)):
                    t.load(self.tail_page(head, block - head), 8, label="pageblock pass")
                    t.set(block, block + PAGEBLOCK)


def compound_order(pages: Expr) -> Expr:
    """log2 of the number of pages of a compound, up to 2**18."""
    order: Expr | int = 18
    for k in range(17, -1, -1):
        order = ite(pages < 2 << k, k, order)
    assert isinstance(order, Expr)
    return order
