/*
 * A large copy by non-temporal stores, its two ends by ordinary stores that overlap them.
 *
 * As in glibc (memmove-vec-unaligned-erms.S) and Go (memmove_amd64.s): the loop stores aligned
 * blocks; the first and the last block of the source are loaded at the start and stored at the
 * end, where they need not be aligned, behind the fence. The source is volatile, a buffer that
 * somebody may be filling meanwhile: a byte that is loaded twice may differ, and so it matters
 * which of two stores lands last.
 *
 * The variants are compiled as ../build_ir.py says; for sfence-after-tail:
 *
 *   clang-19 -S -emit-llvm -O2 -gdwarf-4 -gline-tables-only -fno-discard-value-names
 *     -fdebug-compilation-dir=. -std=gnu11 -Imodels/programs -mavx
 *     -DVARIANT_SFENCE_AFTER_TAIL -o models/programs/memmove_tail/ir/sfence-after-tail.ll
 *     models/programs/memmove_tail/memmove_tail.c
 */
#include <immintrin.h>

#include "ordercheck.h"

#if IS_SET(VARIANT_AVX)
#define BLOCK 32UL
typedef __m256i block;
typedef __m256i_u unaligned_block;
#define stream _mm256_stream_si256
#else
#define BLOCK 16UL
typedef __m128i block;
typedef __m128i_u unaligned_block;
#define stream _mm_stream_si128
#endif

static inline block load(const volatile unsigned char *p)
{
	return *(const volatile unaligned_block *)p;
}

static inline void drain(void)
{
	ordercheck_label("sfence");
	_mm_sfence();
}

static inline void store(unsigned char *p, block value)
{
	*(unaligned_block *)p = value;
}

void *memmove_tail(unsigned char *dst, const volatile unsigned char *src, unsigned long n)
{
	ordercheck_assume(n >= 4 * BLOCK && n <= 1UL << 40);

	const block head = load(src);
	const block tail = load(src + n - BLOCK);

	for (unsigned long i = BLOCK - (unsigned long)dst % BLOCK; i < n - BLOCK; i += BLOCK)
		stream((block *)(dst + i), load(src + i));

	if (!IS_SET(VARIANT_SFENCE_AFTER_TAIL) && !IS_SET(VARIANT_NO_SFENCE))
		drain();

	store(dst, head);
	ordercheck_lasting(dst, BLOCK);
	store(dst + n - BLOCK, tail);
	ordercheck_lasting(dst + n - BLOCK, BLOCK);

	if (IS_SET(VARIANT_SFENCE_AFTER_TAIL))
		drain();
	return dst;
}
