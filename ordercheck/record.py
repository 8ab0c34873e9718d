"""Records: dataclasses that nobody changes, cheap to define and to make.

To the type checker `record` is `dataclasses.dataclass`, with all that `frozen=True` means. At
run time freezing is left out: it would cost two generated methods for each class at start-up
and a detour for each field of each instance.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass

    def record(*, frozen, **options):
        """A dataclass with these options, frozen in name only."""
        assert frozen
        return dataclass(**options)


__all__ = ["record"]
