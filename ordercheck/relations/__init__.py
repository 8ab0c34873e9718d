"""The relation domains: explicit bitsets, may/must bounds, symbolic."""
