/*
 * memmap_init_zone_device() with template copies by memcpy_nt(), and its three drains.
 *
 * program.py in C: the same functions, accesses (overlap.toml), variants and options, for the
 * checker to read as the compiler's IR: ir/ has a file for each variant, ../build_ir.py makes
 * them. From the repository's root, for the variant no-d1:
 *
 *   clang-19 -S -emit-llvm -O2 -gdwarf-4 -gline-tables-only -fno-discard-value-names
 *     -fdebug-compilation-dir=. -std=gnu11 -Imodels/programs -ffreestanding -fno-pic
 *     -mcmodel=kernel -mgeneral-regs-only -fno-strict-aliasing -DVARIANT_NO_D1
 *     -o models/programs/zone_device/ir/no-d1.ll models/programs/zone_device/memmap_init.c
 *
 * From -ffreestanding to -fno-strict-aliasing the options are those of a kernel build; they
 * also keep the compiler from making memset() and vectors of plain stores.
 */
#include "ordercheck.h"

#ifndef PAGE_SIZE_BYTES
#define PAGE_SIZE_BYTES 64 /* bytes of a struct page: 64, 80 or 96 */
#endif

#define PAGEBLOCK_NR_PAGES 512UL
#define VMEMMAP_RESERVE_NR 128UL

#define PG_head 6
/* zone, node and section bits, PG_reserved: the low byte, where the order goes, is 0 */
#define PAGE_FLAGS 0x0017ffffc0001000UL
#define PGMAP 0xffff888100000000UL
#define TAIL_MAPPING 0xdead000000000400UL

struct list_head {
	struct list_head *next, *prev;
};

struct page {
	unsigned long flags;
	union {
		unsigned long pgmap;
		unsigned long compound_head; /* of a tail: its head, plus 1 */
	};
	union {
		struct {
			unsigned long unused;
			unsigned long mapping;
			unsigned long index;
			unsigned long private;
		};
		struct { /* of the first tail */
			int _large_mapcount;
			int _nr_pages_mapped;
			int _entire_mapcount;
			int _pincount;
			int _mm_id_mapcount[2];
			unsigned long _mm_ids;
		};
		struct list_head _deferred_list; /* of the second tail */
	};
	int _mapcount;
	int _refcount;
	union {
		unsigned int _nr_pages; /* of the first tail */
		unsigned long memcg_data;
	};
#if PAGE_SIZE_BYTES > 64
	unsigned long rest[(PAGE_SIZE_BYTES - 64) / 8];
#endif
};

_Static_assert(sizeof(struct page) == PAGE_SIZE_BYTES, "struct page");
_Static_assert(__builtin_offsetof(struct page, _mm_ids) == 40, "_mm_ids");
_Static_assert(__builtin_offsetof(struct page, _refcount) == 52, "_refcount");
_Static_assert(__builtin_offsetof(struct page, _nr_pages) == 56, "_nr_pages");

extern unsigned long vmemmap_base;

/* What memmap_init_zone_device() was called with. */
struct init {
	unsigned long start_pfn, end_pfn;
	unsigned long pfns_per_compound;
	_Bool use_template, debug_vm, vmemmap_optimized;
};

static ALWAYS_INLINE struct page *pfn_to_page(unsigned long pfn)
{
	return (struct page *)vmemmap_base + pfn;
}

/*
 * The page in whose memory this page of a compound lies. Where vmemmap is optimised, pages from 128
 * on are the second 64 again by way of the page tables, which the checker does not see.
 */
static ALWAYS_INLINE struct page *compound_page(const struct init *init, unsigned long head_pfn,
						unsigned long pfn)
{
	if (init->vmemmap_optimized && pfn - head_pfn >= VMEMMAP_RESERVE_NR)
		pfn = head_pfn + 64 + (pfn - head_pfn) % 64;
	return pfn_to_page(pfn);
}

/* Stores of which nothing may be lost, and loads that must see what the template says. */

#define STORE(name, field, value) do {					\
	ordercheck_label(name);						\
	(field) = (value);						\
	ordercheck_lasting(&(field), sizeof(field));			\
} while (0)

#define LOAD(name, field, expected)					\
	(ordercheck_label(name), ordercheck_expect((field), (expected)))

/* if (use_template) memcpy_nt_drain(); as the variant has it. */
static ALWAYS_INLINE void drain(const struct init *init, const char *name)
{
	_Bool condition = IS_SET(VARIANT_RESAMPLED) ? ordercheck_any_bool() : init->use_template;

	if (!condition)
		return;
	if (IS_SET(VARIANT_SMP_WMB)) {
		smp_wmb();
		return;
	}
	ordercheck_label(name);
	if (IS_SET(VARIANT_LFENCE))
		lfence();
	else
		memcpy_nt_drain();
}

/* Initialising one page. */

static ALWAYS_INLINE void zone_device_template_page_init(struct page *template)
{
	*template = (struct page){ .flags = PAGE_FLAGS, ._mapcount = -1, ._refcount = 1 };
}

/* Copies a template word by word, by ordinary stores. */
static ALWAYS_INLINE void copy_words(struct page *page, const struct page *template)
{
	unsigned long *to = (unsigned long *)page;
	const unsigned long *from = (const unsigned long *)template;

#pragma clang loop unroll(full)
	for (unsigned long k = 0; k < sizeof(*page) / sizeof(*to); k++)
		to[k] = from[k];
}

/* The first and the last word as if they were unaligned fragments. */
static ALWAYS_INLINE void copy_mixed(struct page *page, const struct page *template)
{
	const unsigned long last = sizeof(*page) / 8 - 1;
	unsigned long *to = (unsigned long *)page;
	const unsigned long *from = (const unsigned long *)template;

	to[0] = from[0];
	clwb(&to[0]);
	memcpy_nt(&to[1], &from[1], (last - 1) * 8);
	to[last] = from[last];
	clwb(&to[last]);
}

static ALWAYS_INLINE void copy_template(struct page *page, const struct page *template)
{
	if (IS_SET(COPY_ORDINARY))
		copy_words(page, template);
	else if (IS_SET(COPY_MIXED))
		copy_mixed(page, template);
	else
		memcpy_nt(page, template, sizeof(*page));
}

static ALWAYS_INLINE void zone_device_page_init_slow(struct page *page, const struct page *template)
{
	copy_words(page, template);
}

static ALWAYS_INLINE void zone_device_page_init(const struct init *init, struct page *page,
						  const struct page *template)
{
	if (!init->use_template) {
		zone_device_page_init_slow(page, template);
		return;
	}
	copy_template(page, template);
	if (IS_SET(VARIANT_FIXUP_AFTER_COPY))
		STORE("_refcount", page->_refcount, 0);
}

/* The metadata of a compound. */

static ALWAYS_INLINE void __SetPageHead(struct page *head)
{
	unsigned long flags = LOAD("PG_head", head->flags, PAGE_FLAGS);

	STORE("PG_head", head->flags, flags | 1UL << PG_head);
}

static ALWAYS_INLINE unsigned long compound_order(unsigned long nr_pages)
{
	return 63 - __builtin_clzl(nr_pages);
}

static ALWAYS_INLINE void prep_compound_head(const struct init *init, struct page *head)
{
	struct page *tail1 = head + 1, *tail2 = head + 2;
	unsigned long flags;

	if (IS_SET(VARIANT_TWO_DRAINS))
		__SetPageHead(head);
	(void)LOAD("is it large?", head->flags, PAGE_FLAGS | 1UL << PG_head);
	flags = LOAD("order", tail1->flags, PAGE_FLAGS);
	STORE("order", tail1->flags, (flags & ~0xffUL) | compound_order(init->pfns_per_compound));
	STORE("_large_mapcount", tail1->_large_mapcount, -1);
	STORE("_nr_pages_mapped", tail1->_nr_pages_mapped, 0);
	STORE("_entire_mapcount", tail1->_entire_mapcount, -1);
	STORE("_pincount", tail1->_pincount, 0);
	STORE("_mm_id_mapcount[0]", tail1->_mm_id_mapcount[0], -1);
	STORE("_mm_id_mapcount[1]", tail1->_mm_id_mapcount[1], -1);
	STORE("_mm_ids", tail1->_mm_ids, 0);
	STORE("_nr_pages", tail1->_nr_pages, (unsigned int)init->pfns_per_compound);
	if (init->pfns_per_compound > 2) {
		STORE("_deferred_list.next", tail2->_deferred_list.next, &tail2->_deferred_list);
		STORE("_deferred_list.prev", tail2->_deferred_list.prev, &tail2->_deferred_list);
	}
}

static ALWAYS_INLINE void memmap_init_compound(const struct init *init, unsigned long head_pfn)
{
	unsigned long nr = init->vmemmap_optimized ? VMEMMAP_RESERVE_NR : init->pfns_per_compound;
	struct page *head = pfn_to_page(head_pfn);
	unsigned long k = 1;
	struct page template;

	if (!IS_SET(VARIANT_TWO_DRAINS))
		__SetPageHead(head);
	if (IS_SET(VARIANT_D1_LATE))
		drain(init, "D1");

	zone_device_template_page_init(&template);
	template.compound_head = (unsigned long)head + 1;
	template.mapping = TAIL_MAPPING;

	if (IS_SET(SHAPE_S1))
		zone_device_page_init_slow(head + k++, &template);
	else if (IS_SET(VARIANT_PREP_EARLY))
		zone_device_page_init(init, head + k++, &template);
	if (IS_SET(VARIANT_PREP_EARLY)) {
		drain(init, "D2");
		prep_compound_head(init, head);
	}

	for (; k < nr; k++)
		zone_device_page_init(init, head + k, &template);

	if (IS_SET(VARIANT_PREP_EARLY))
		return;
	if (!IS_SET(VARIANT_NO_D2))
		drain(init, "D2");
	prep_compound_head(init, head);
}

/* With CONFIG_DEBUG_VM: looks at page->flags of each page that starts a pageblock. */
static ALWAYS_INLINE void pageblock_migratetype_init_range(const struct init *init)
{
	const unsigned long step = init->pfns_per_compound;
	unsigned long block;

	if (!init->debug_vm)
		return;
	block = (init->start_pfn + PAGEBLOCK_NR_PAGES - 1) & ~(PAGEBLOCK_NR_PAGES - 1);
	for (unsigned long head = init->start_pfn; head < init->end_pfn; head += step) {
		for (; block < head + step && block < init->end_pfn; block += PAGEBLOCK_NR_PAGES) {
			struct page *page = compound_page(init, head, block);

			ordercheck_label("pageblock pass");
			(void)READ_ONCE(page->flags);
		}
	}
}

void memmap_init_zone_device(unsigned long start_pfn, unsigned long nr_pages, unsigned long pfns_per_compound,
			     _Bool use_template, _Bool debug_vm, _Bool vmemmap_optimized)
{
	const struct init init = {
		.start_pfn = start_pfn,
		.end_pfn = start_pfn + nr_pages,
		.pfns_per_compound = pfns_per_compound,
		.use_template = use_template,
		.debug_vm = debug_vm,
		.vmemmap_optimized = vmemmap_optimized,
	};
	struct page template;

	ordercheck_assume(start_pfn <= 1UL << 40);
	ordercheck_assume(nr_pages >= 1 && nr_pages <= 1UL << 40);
	ordercheck_assume(pfns_per_compound >= 1 && pfns_per_compound <= 1UL << 18);
	ordercheck_assume(!vmemmap_optimized || pfns_per_compound > VMEMMAP_RESERVE_NR);

	zone_device_template_page_init(&template);
	template.pgmap = PGMAP;

	for (unsigned long pfn = start_pfn; pfn < init.end_pfn; pfn += pfns_per_compound) {
		zone_device_page_init(&init, pfn_to_page(pfn), &template);

		if (pfns_per_compound == 1)
			continue;
		if (!IS_SET(VARIANT_NO_D1) && !IS_SET(VARIANT_D1_LATE) && !IS_SET(VARIANT_TWO_DRAINS))
			drain(&init, "D1");
		memmap_init_compound(&init, pfn);
	}

	if (IS_SET(VARIANT_PAGEBLOCK_EARLY))
		pageblock_migratetype_init_range(&init);
	if (!IS_SET(VARIANT_NO_D3))
		drain(&init, "D3");
	if (!IS_SET(VARIANT_PAGEBLOCK_EARLY))
		pageblock_migratetype_init_range(&init);
}
