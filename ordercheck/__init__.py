"""ordercheck: formal ordering-correctness checking for code with non-temporal stores."""

__version__ = "0.1.0"
