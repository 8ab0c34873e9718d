"""Verdicts and traces as text, mail and JSON."""
