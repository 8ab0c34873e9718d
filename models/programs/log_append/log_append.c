/*
 * A log that grows by non-temporal copies, and tells readers how far: as libpmemlog does.
 *
 * A record is copied behind the last one without a drain, then drained, then committed by an
 * ordinary store of the new end; a reader who has seen an end may read all that is before it.
 * pmem_memcpy_nodrain(), pmem_flush() and pmem_drain() stand for PMDK's. Only what other
 * CPUs see is checked, not what is in memory after a power failure.
 *
 * The variants are compiled as ../build_ir.py says; for no-drain:
 *
 *   clang-19 -S -emit-llvm -O2 -gdwarf-4 -gline-tables-only -fno-discard-value-names
 *     -fdebug-compilation-dir=. -std=gnu11 -Imodels/programs -mclwb -DVARIANT_NO_DRAIN
 *     -o models/programs/log_append/ir/no-drain.ll models/programs/log_append/log_append.c
 */
#include <immintrin.h>

#include "ordercheck.h"

struct log {
	long long *area;
	unsigned long capacity; /* words of the area */
	unsigned long end; /* words that are committed */
};

static inline void pmem_memcpy_nodrain(long long *dst, const long long *src, unsigned long words)
{
	for (unsigned long k = 0; k < words; k++)
		_mm_stream_si64(&dst[k], src[k]);
}

static inline void pmem_flush(void *p)
{
	_mm_clwb(p);
}

static inline void pmem_drain(const char *name)
{
	ordercheck_label(name);
	_mm_sfence();
}

/* Appends a record of that many words, its first word replaced by its length; -1: no room. */
int log_append(struct log *log, const long long *record, unsigned long words)
{
	unsigned long end = log->end;
	long long *place = log->area + end;

	ordercheck_assume(words >= 1 && words <= 1UL << 40);
	if (end > log->capacity || words > log->capacity - end)
		return -1;

	if (IS_SET(VARIANT_LENGTH_LAST)) {
		pmem_memcpy_nodrain(place, record, words);
		*place = words;
		ordercheck_lasting(place, sizeof(*place));
	} else {
		_mm_stream_si64(place, words);
		pmem_memcpy_nodrain(place + 1, record + 1, words - 1);
	}
	if (!IS_SET(VARIANT_NO_DRAIN))
		pmem_drain("record");

	WRITE_ONCE(log->end, end + words);
	pmem_flush(&log->end);
	pmem_drain("end");
	return 0;
}
