"""Programs written with the builder API: the shipped ones, and FILE.py:NAME."""

from ordercheck.frontends.python.family import Family, load
from ordercheck.frontends.python.text import parse_assumption, parse_value

__all__ = ["Family", "load", "parse_assumption", "parse_value"]
