"""What SARIF 2.1.0 asks for and its JSON schema cannot say; numbers are sections of the standard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit


def problems(log: dict[str, Any]) -> list[str]:
    """Where a log breaks one of those rules."""
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    return [
        *(text for number, result in enumerate(run["results"]) for text in _result(number, result, rules)),
        *(f"{text!r} is no plain message" for text in _messages(run) if not _plain(text)),
        *(f"{uri} is no URI reference" for uri in _uris(run) if not _is_uri(uri)),
    ]


def _result(number: int, result: dict[str, Any], rules: list[dict[str, Any]]) -> Iterator[str]:
    # 3.27.9, 3.27.10: only what fails has a level
    if (result["kind"] == "fail") == (result["level"] == "none"):
        yield f"result {number}: kind {result['kind']} and level {result['level']}"
    # 3.27.6
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        yield f"result {number}: ruleIndex is not that of {result['ruleId']}"
    # 3.28.2: ids are unique in a result
    ids = [place["id"] for place in result.get("relatedLocations", ())]
    if len(set(ids)) != len(ids):
        yield f"result {number}: ids of locations are not unique"
    for flow in result.get("codeFlows", ()):
        # 3.38.11: executionOrder orders the steps of all threads
        orders = [step["executionOrder"] for thread in flow["threadFlows"] for step in thread["locations"]]
        if len(set(orders)) != len(orders):
            yield f"result {number}: executionOrder is not unique"
        for thread in flow["threadFlows"]:
            mine = [step["executionOrder"] for step in thread["locations"]]
            if mine != sorted(mine):
                yield f"result {number}: steps are not in the order of their execution"


def _plain(text: str) -> bool:
    """3.11.5, 3.11.6: neither a placeholder nor a link."""
    rest = text.replace("{{", "").replace("}}", "")
    return text.isprintable() and not re.search(r"[{}]|(?<!\\)\]\(", rest)


def _messages(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"text"}:
            yield value["text"]
        # a snippet is the text of a file, and properties are whatever their author wants
        children = [child for key, child in value.items() if key not in ("snippet", "properties")]
    else:
        children = value if isinstance(value, list) else []
    for child in children:
        yield from _messages(child)


def _uris(value: Any) -> Iterator[str]:
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, dict) and "uri" in value:
        yield value["uri"]
    for child in children:
        yield from _uris(child)


def _is_uri(text: str) -> bool:
    """RFC 3986: no character that must be escaped; of a relative one, no scheme by accident."""
    if not re.fullmatch(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-F]{2})+", text):
        return False
    return urlsplit(text).scheme in ("", "file")
