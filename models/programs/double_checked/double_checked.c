/*
 * A table that whoever needs it first makes and fills non-temporally: double-checked publication.
 *
 * Readers look at `instance` without the lock. In C11 the release store is enough for ordinary
 * stores; on x86 it is a plain store, and a release fence is nothing: neither orders a
 * non-temporal store. A full fence does, and so does a sequentially consistent store, which
 * is an exchange.
 *
 * The variants are compiled as ../build_ir.py says; for no-drain:
 *
 *   clang-19 -S -emit-llvm -O2 -gdwarf-4 -gline-tables-only -fno-discard-value-names
 *     -fdebug-compilation-dir=. -std=gnu11 -Imodels/programs -fdebug-prefix-map=/usr/include=.
 *     -DVARIANT_NO_DRAIN -o models/programs/double_checked/ir/no-drain.ll
 *     models/programs/double_checked/double_checked.c
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "ordercheck.h"

struct table {
	unsigned long entries;
	unsigned long entry[];
};

static struct table *_Atomic instance;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void fill_table(struct table *table, unsigned long entries, unsigned long first)
{
	__builtin_nontemporal_store(entries, &table->entries);
	for (unsigned long k = 0; k < entries; k++)
		__builtin_nontemporal_store(first + k, &table->entry[k]);
}

static void drain(void)
{
	ordercheck_label("drain");
	if (IS_SET(VARIANT_RELEASE_FENCE))
		atomic_thread_fence(memory_order_release);
	else if (IS_SET(VARIANT_FULL_FENCE))
		atomic_thread_fence(memory_order_seq_cst);
	else
		__builtin_ia32_sfence();
}

static struct table *make_table(unsigned long entries, unsigned long first)
{
	struct table *table = malloc(sizeof(*table) + entries * sizeof(table->entry[0]));

	if (!table)
		return NULL;
	fill_table(table, entries, first);
	if (!IS_SET(VARIANT_NO_DRAIN) && !IS_SET(VARIANT_SEQ_CST_STORE))
		drain();
	if (IS_SET(VARIANT_SEQ_CST_STORE))
		atomic_store(&instance, table);
	else
		atomic_store_explicit(&instance, table, memory_order_release);
	return table;
}

const struct table *get_table(unsigned long entries, unsigned long first)
{
	struct table *table = atomic_load_explicit(&instance, memory_order_acquire);

	if (table)
		return table;
	ordercheck_assume(entries <= 1UL << 40);
	pthread_mutex_lock(&lock);
	table = atomic_load_explicit(&instance, memory_order_relaxed);
	if (!table)
		table = make_table(entries, first);
	pthread_mutex_unlock(&lock);
	return table;
}
