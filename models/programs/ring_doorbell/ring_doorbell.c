/*
 * Descriptors filled non-temporally in a ring, and a doorbell that tells the consumer how far.
 *
 * The way of a driver that submits to a device or to another CPU by memory: the doorbell is
 * ordinary memory too (a shadow doorbell), polled by the consumer. The caller has split its
 * requests at the end of the ring, and the consumer has read these slots.
 *
 * The variants are compiled as ../build_ir.py says; for smp-wmb:
 *
 *   clang-19 -S -emit-llvm -O2 -gdwarf-4 -gline-tables-only -fno-discard-value-names
 *     -fdebug-compilation-dir=. -std=gnu11 -Imodels/programs -ffreestanding -fno-pic
 *     -mcmodel=kernel -mgeneral-regs-only -fno-strict-aliasing -mmovdir64b -DVARIANT_SMP_WMB
 *     -o models/programs/ring_doorbell/ir/smp-wmb.ll models/programs/ring_doorbell/ring_doorbell.c
 */
#include "ordercheck.h"

#define COMMAND_READ 0x02UL
#define DESC_VALID (1UL << 63)

struct request {
	unsigned long address, length, tag;
};

struct desc {
	unsigned long command;
	unsigned long tag;
	unsigned long address;
	unsigned long length;
	unsigned long reserved[4];
};

struct ring {
	struct desc *slots;
	unsigned int *doorbell;
};

static ALWAYS_INLINE void wmb(void)
{
	ordercheck_label("wmb");
	sfence();
}

static ALWAYS_INLINE void fill_desc(struct desc *slot, const struct request *request)
{
	struct desc desc = {
		.command = COMMAND_READ | DESC_VALID,
		.tag = request->tag,
		.address = request->address,
		.length = request->length,
	};

	if (IS_SET(VARIANT_VALID_LAST))
		desc.command = COMMAND_READ;
	if (IS_SET(VARIANT_MOVDIR64B))
		__builtin_ia32_movdir64b(slot, &desc);
	else
		memcpy_nt(slot, &desc, sizeof(desc));
	if (IS_SET(VARIANT_VALID_LAST)) {
		slot->command = COMMAND_READ | DESC_VALID;
		ordercheck_lasting(&slot->command, sizeof(slot->command));
	}
}

/* Fills the slots [first, first + count) and rings. */
void ring_submit(struct ring *ring, const struct request *requests, unsigned int first, unsigned int count)
{
	struct desc *slot = ring->slots + first;

	ordercheck_assume(count <= 1U << 16 && first <= (1U << 16) - count);

	for (unsigned int k = 0; k < count; k++)
		fill_desc(&slot[k], &requests[k]);

	if (IS_SET(VARIANT_SMP_WMB))
		smp_wmb();
	else if (!IS_SET(VARIANT_WMB_LATE))
		wmb();
	WRITE_ONCE(*ring->doorbell, first + count);
	if (IS_SET(VARIANT_WMB_LATE))
		wmb();
}
