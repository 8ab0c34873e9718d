/*
 * What an example tells ordercheck, and the few instructions that C has no word for.
 *
 * To the compiler an annotation is a call of a function that it knows nothing of: it stays in
 * the IR, and no access to memory that others can reach moves across it. So annotated code
 * has less reordering by the compiler than the same code without. Pass values, and pointers to
 * memory that is checked; the address of a local variable would force it into memory.
 */
#ifndef ORDERCHECK_H
#define ORDERCHECK_H

/* Executions in which the condition fails are not looked at. */
void ordercheck_assume(_Bool condition);

/* The condition must hold whenever control passes here. */
void ordercheck_assert(_Bool condition, const char *name);

/*
 * Right after an ordinary store to exactly the n bytes at p: at each later publication they must
 * still hold what this store wrote.
 */
void ordercheck_lasting(const volatile void *p, unsigned long n);

/* Right after a load: it must return `expected`. Returns `loaded`. */
unsigned long ordercheck_expect(unsigned long loaded, unsigned long expected);

/* Right before an access or a fence: its name in reports. */
void ordercheck_label(const char *name);

/* Any value. */
_Bool ordercheck_any_bool(void);
unsigned long ordercheck_any(void);

/* From here on others may look at what was stored. */
void ordercheck_publish(const char *name);

/* Whether -DOPTION was given, as 1 or 0 for `if`. */
#define IS_SET(option) IS_SET_VALUE(option)
#define IS_SET_VALUE(value) IS_SET_CHOICE(IS_SET_##value 1, 0)
#define IS_SET_1 0,
#define IS_SET_CHOICE(...) IS_SET_SECOND(__VA_ARGS__, 0)
#define IS_SET_SECOND(first, second, ...) second

#define ALWAYS_INLINE inline __attribute__((__always_inline__))

/* Accesses that the compiler neither drops, nor splits, nor makes twice. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))

/* Keeps the compiler's order; no instruction. */
#define barrier() __asm__ volatile("" ::: "memory")
#define smp_wmb() barrier()

static ALWAYS_INLINE void sfence(void)
{
	__asm__ volatile("sfence" ::: "memory");
}

static ALWAYS_INLINE void lfence(void)
{
	__asm__ volatile("lfence" ::: "memory");
}

static ALWAYS_INLINE void clwb(volatile void *p)
{
	__asm__ volatile("clwb %0" : "+m"(*(volatile char *)p));
}

/* One word, non-temporal. No "memory" clobber: the compiler orders it with accesses to *p only. */
static ALWAYS_INLINE void movnti(unsigned long *p, unsigned long word)
{
	__asm__ volatile("movntiq %1, %0" : "=m"(*p) : "r"(word));
}

/* Copies n bytes, a multiple of 8 that the compiler can see, by non-temporal stores, ascending. */
static ALWAYS_INLINE void memcpy_nt(void *dst, const void *src, unsigned long n)
{
	unsigned long *to = dst;
	const unsigned long *from = src;

#pragma clang loop unroll(full)
	for (unsigned long k = 0; k < n / sizeof(*to); k++)
		movnti(&to[k], from[k]);
}

/* Every copy before is ordered before every access after. */
static ALWAYS_INLINE void memcpy_nt_drain(void)
{
	sfence();
}

#endif
