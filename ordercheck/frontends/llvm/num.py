"""A number of n bits, in the forms in which it is at hand."""

from __future__ import annotations

from ordercheck.program.expr import Expr, apply, const, ite


class Num:
    """A number of `bits` bits; top: an upper bound of its unsigned value.

    lowered: where it is x - c, wrapped, the unsigned x and c: ranges are tested so. meant: where it
    is a sum or a difference that may be negative, that, not wrapped. loose: whether it may be the
    unsigned form of what is meant as negative. lasting: where some of its bits are those of another
    number, which is the same each time, these bits and that number.
    """

    __slots__ = ("_signed", "_unsigned", "bits", "lasting", "loose", "lowered", "meant", "only_signed", "top")

    def __init__(
        self, bits: int, unsigned: Expr | None = None, signed: Expr | None = None, top: int | None = None
    ) -> None:
        self.bits, self._unsigned, self._signed = bits, unsigned, signed
        self.lowered: tuple[Expr, int] | None = None
        self.meant: Expr | None = None
        self.loose = False
        self.lasting: tuple[int, Expr] | None = None
        self.only_signed = unsigned is None
        self.top = (1 << bits) - 1 if top is None else min(top, (1 << bits) - 1)
        if unsigned is not None and unsigned.op == "const":
            self.top = int(unsigned.value)

    @property
    def unsigned(self) -> Expr:
        """Its value in [0, 2**bits)."""
        if self._unsigned is None:
            signed = self._signed
            assert signed is not None
            if signed.op == "const":
                self._unsigned = const(int(signed.value) % (1 << self.bits))
            elif self.top < 1 << (self.bits - 1):
                self._unsigned = signed
            else:
                self._unsigned = ite(apply("<", signed, 0), apply("+", signed, 1 << self.bits), signed)
        return self._unsigned

    @property
    def signed(self) -> Expr:
        """Its value in [-2**(bits-1), 2**(bits-1))."""
        if self._signed is None:
            value, half = self.unsigned, 1 << (self.bits - 1)
            if value.op == "const":
                number = int(value.value)
                self._signed = const(number - 2 * half if number >= half else number)
            elif self.top < half:
                self._signed = value
            else:
                self._signed = ite(apply(">=", value, half), apply("-", value, 2 * half), value)
        return self._signed

    @property
    def has_signed(self) -> bool:
        """Whether the signed form is at hand without a case distinction."""
        return self._signed is not None or self.top < 1 << (self.bits - 1)

    @property
    def has_unsigned(self) -> bool:
        """Whether the unsigned form is at hand without a case distinction."""
        return self._unsigned is not None or self.top < 1 << (self.bits - 1)

    @property
    def negative(self) -> bool:
        """Whether what is meant by it may be negative, and is at hand."""
        return self.meant is not None or (self.only_signed and self.top >= 1 << (self.bits - 1))

    @property
    def plain(self) -> Expr:
        """What is meant by it, as far as that is known."""
        if self.meant is not None:
            return self.meant
        return self.signed if self.only_signed else self.unsigned

    def seen_by(self, mask: int) -> Num:
        """A number with the same bits under that mask, and no others that count."""
        if self.lasting is None or mask & ~self.lasting[0]:
            return self
        return Num(self.bits, self.lasting[1])

    @property
    def constant(self) -> int | None:
        """Its unsigned value where that is known."""
        # the unsigned form is not asked for: it would be at hand from then on
        value = self._signed if self._unsigned is None else self._unsigned
        assert value is not None
        return int(value.value) % (1 << self.bits) if value.op == "const" else None
