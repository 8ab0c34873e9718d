/* Runs memmap_init_zone_device() on real memory and writes what it leaves there to standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ordercheck.h"

extern void memmap_init_zone_device(unsigned long start_pfn, unsigned long nr_pages, unsigned long pfns_per_compound,
				    _Bool use_template, _Bool debug_vm, _Bool vmemmap_optimized);

unsigned long vmemmap_base;
static int wrong;

void ordercheck_assume(_Bool condition)
{
	if (!condition)
		exit(2);
}

void ordercheck_lasting(const volatile void *p, unsigned long n)
{
	(void)p;
	(void)n;
}

unsigned long ordercheck_expect(unsigned long loaded, unsigned long expected)
{
	wrong |= loaded != expected;
	return loaded;
}

void ordercheck_label(const char *name)
{
	(void)name;
}

_Bool ordercheck_any_bool(void)
{
	return 1;
}

/* start_pfn nr_pages pfns_per_compound use_template debug_vm vmemmap_optimized bytes */
int main(int argc, char **argv)
{
	unsigned long numbers[7];
	void *memory;

	if (argc != 8)
		return 2;
	for (int k = 0; k < 7; k++)
		numbers[k] = strtoul(argv[k + 1], NULL, 10);
	memory = aligned_alloc(4096, numbers[6]);
	if (!memory)
		return 2;
	memset(memory, 0x5a, numbers[6]);
	vmemmap_base = (unsigned long)memory;
	memmap_init_zone_device(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
	printf("%lu %d\n", vmemmap_base, wrong);
	fwrite(memory, 1, numbers[6], stdout);
	return 0;
}
