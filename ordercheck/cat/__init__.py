"""The cat language: parse, resolve, evaluate over any relation domain."""

from ordercheck.cat.load import load, parse_text
from ordercheck.cat.plan import Plan
from ordercheck.cat.terms import Check, Model, Term

__all__ = ["Check", "Model", "Plan", "Term", "load", "parse_text"]
