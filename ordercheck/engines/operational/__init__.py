"""The executable reference machine: explores, or follows a schedule."""

from ordercheck.engines.operational import explore
from ordercheck.engines.operational.config import MachineConfig, machine_of

__all__ = ["MachineConfig", "explore", "machine_of"]
