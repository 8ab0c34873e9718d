"""Relations as bitsets: row i is an int whose bit j says whether (i, j) is in the relation.

A relation over n events is a list of n rows, a set is one int. Fast for eight events (a
candidate execution of a litmus test) and for ten thousand (a copy loop written out): no
function here walks the pairs of a dense relation one by one in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce as fold
from itertools import compress, pairwise
from operator import and_, or_

Rows = Sequence[int]

# up to this many events plain loops over bits are the fastest
SMALL = 40
# a row with more bits than this is unpacked by bytes operations
_MANY = 200
# bytes.translate table: the characters 0 and 1 become the bytes 0 and 1
_DIGITS = bytes(1 if c == ord("1") else 0 for c in range(256))


def bits(mask: int) -> list[int]:
    """The positions of the set bits, ascending."""
    if mask.bit_count() > _MANY:
        return list(compress(range(mask.bit_length()), _flags(mask)))
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _flags(mask: int) -> bytes:
    """One byte, 0 or 1, for each bit, lowest first (bytes are cheaper to walk than bits)."""
    return f"{mask:b}".encode().translate(_DIGITS)[::-1]


def members(rows: Rows) -> list[tuple[int, int]]:
    """The pairs, in lexicographic order: for tests and for reports."""
    return [(i, j) for i, row in enumerate(rows) for j in bits(row)]


def relation(n: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """The relation over n events with these pairs."""
    rows = [0] * n
    for i, j in pairs:
        rows[i] |= 1 << j
    return rows


def full(n: int) -> int:
    """The set of all n events."""
    return (1 << n) - 1


def empty(n: int) -> list[int]:
    """The empty relation."""
    return [0] * n


def universe(n: int) -> list[int]:
    """All pairs."""
    return [full(n)] * n


def identity(n: int) -> list[int]:
    """Each event with itself."""
    return [1 << i for i in range(n)]


def union(a: Rows, b: Rows) -> list[int]:
    """a | b."""
    return list(map(or_, a, b))


def inter(a: Rows, b: Rows) -> list[int]:
    """a & b."""
    return list(map(and_, a, b))


def diff(a: Rows, b: Rows) -> list[int]:
    """a \\ b."""
    return [x & ~y for x, y in zip(a, b, strict=True)]


def complement(a: Rows) -> list[int]:
    """All pairs that are not in a."""
    everything = full(len(a))
    return [everything ^ row for row in a]


def cross(n: int, a: int, b: int) -> list[int]:
    """All pairs from the set a to the set b."""
    if a == full(n):
        return [b] * n
    rows = [0] * n
    for i in bits(a):
        rows[i] = b
    return rows


def ident(n: int, a: int) -> list[int]:
    """[a]: each member of the set a with itself."""
    rows = [0] * n
    for i in bits(a):
        rows[i] = 1 << i
    return rows


def before(a: int, r: Rows) -> list[int]:
    """[a]; r."""
    rows = [0] * len(r)
    for i in bits(a):
        rows[i] = r[i]
    return rows


def after(r: Rows, a: int) -> list[int]:
    """r; [a]."""
    return [row & a for row in r]


def opt(a: Rows) -> list[int]:
    """a?: a and every event with itself."""
    return [row | 1 << i for i, row in enumerate(a)]


def domain(a: Rows) -> int:
    """The set of events from which a leads."""
    if len(a) <= SMALL:
        found = 0
        for i, row in enumerate(a):
            if row:
                found |= 1 << i
        return found
    return int("".join(["1" if row else "0" for row in reversed(a)]), 2)


def range_(a: Rows) -> int:
    """The set of events to which a leads."""
    return fold(or_, a, 0)


def diagonal(a: Rows) -> int | None:
    """The set S where a is [S], None where a has a pair of two events."""
    found = 0
    for i, row in enumerate(a):
        if row:
            if row != 1 << i:
                return None
            found |= row
    return found


def seq(a: Rows, b: Rows) -> list[int]:
    """a; b."""
    if len(a) <= SMALL:
        return _seq_small(a, b)
    starts = domain(b)
    memo: dict[int, int] = {0: 0}
    result = [0] * len(a)
    last = image = 0
    # from the end: in program order each row contains the next one, so that only what a
    # row adds need be looked at
    for i in range(len(a) - 1, -1, -1):
        row = a[i]
        if not row:
            continue
        row &= starts
        known = memo.get(row)
        if known is None:
            fresh = row & ~last
            known = _gather(b, fresh, image) if fresh ^ row == last else _gather(b, row, 0)
            memo[row] = known
        if row:
            last, image = row, known
        result[i] = known
    return result


def _seq_small(a: Rows, b: Rows) -> list[int]:
    result = []
    for row in a:
        image = 0
        while row:
            low = row & -row
            image |= b[low.bit_length() - 1]
            row ^= low
        result.append(image)
    return result


def _gather(b: Rows, row: int, image: int) -> int:
    if row.bit_count() > _MANY:
        return fold(or_, compress(b, _flags(row)), image)
    while row:
        low = row & -row
        image |= b[low.bit_length() - 1]
        row ^= low
    return image


def seq_inverse(a: Rows, b: Rows) -> list[int]:
    """a^-1; b, without making the inverse: cheap where a is sparse (from-reads)."""
    result = [0] * len(a)
    for row, image in zip(a, b, strict=True):
        if image:
            while row:
                low = row & -row
                result[low.bit_length() - 1] |= image
                row ^= low
    return result


def inverse(a: Rows) -> list[int]:
    """a^-1.

    Costs one step for each pair, or for each bit that changes from one row to the next,
    whichever are fewer (program order has few such changes); a relation that is dense and
    irregular is transposed as a matrix of characters.
    """
    n = len(a)
    pairs = sum(row.bit_count() for row in a)
    if pairs <= 4 * n:
        return _inverse_by_pairs(a)
    changes = sum((x ^ y).bit_count() for x, y in pairwise(a)) + a[0].bit_count()
    if min(pairs, changes) > n * n // 64 and n > SMALL:
        return _inverse_by_columns(a)
    return _inverse_by_pairs(a) if pairs <= 2 * changes else _inverse_by_changes(a)


def _inverse_by_pairs(a: Rows) -> list[int]:
    result = [0] * len(a)
    for i, row in enumerate(a):
        if row:
            bit = 1 << i
            while row:
                low = row & -row
                result[low.bit_length() - 1] |= bit
                row ^= low
    return result


def _inverse_by_changes(a: Rows) -> list[int]:
    result = [0] * len(a)
    previous = 0
    # a bit that changes at row i toggles everything from i on in its column
    for i, row in enumerate(a):
        changed = row ^ previous
        if changed:
            tail = -1 << i
            for j in bits(changed):
                result[j] ^= tail
            previous = row
    everything = full(len(a))
    return [row & everything for row in result]


def _inverse_by_columns(a: Rows) -> list[int]:
    n = len(a)
    block = max(64, (32 << 20) // n)
    result = [0] * n
    for first in range(0, n, block):
        rows = a[first : first + block]
        matrix = "".join([f"{row:0{n}b}" for row in reversed(rows)])
        for j in range(n):
            column = int(matrix[n - 1 - j :: n], 2)
            if column:
                result[j] |= column << first
    return result


def irreflexive(a: Rows) -> bool:
    """No event is related to itself."""
    return all(not row >> i & 1 for i, row in enumerate(a))


def is_empty(a: Rows) -> bool:
    """No pair."""
    return not any(a)
