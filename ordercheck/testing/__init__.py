"""Random programs and comparisons of engines, for property tests of this project and of others."""

from ordercheck.testing.single_thread import single_thread_programs
from ordercheck.testing.strategies import programs
from ordercheck.testing.zone_device import zone_device_variants

__all__ = ["programs", "single_thread_programs", "zone_device_variants"]
