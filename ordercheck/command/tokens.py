"""One line that replays a refutation: program, variant, model, parameters and schedule.

`oc1:` and the base64url of a deflated JSON object: no spaces, nothing that a shell reads.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ordercheck.errors import InputError

PREFIX = "oc1:"
MAX_BYTES = 1 << 20
_KEYS = {
    "p": "program",
    "v": "variant",
    "o": "options",
    "m": "model",
    "a": "params",
    "w": "without",
    "s": "schedule",
    "c": "conf",
    "i": "include",
}
_OPTIONAL = {"c", "i"}


@dataclass(frozen=True, slots=True)
class Replay:
    """What is to be replayed: program and model as a user names them, options and params as text.

    without: the labels of drains that are left out, with commas between; conf, include: where
    the model comes from (folders on lines of their own).
    """

    program: str
    variant: str
    model: str
    schedule: str
    options: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    without: str = ""
    conf: str = ""
    include: str = ""


def encode(replay: Replay) -> str:
    """The token."""
    fields = {key: getattr(replay, name) for key, name in _KEYS.items()}
    fields = {key: value for key, value in fields.items() if value or key not in _OPTIONAL}
    text = json.dumps({k: dict(v) if k in "oa" else v for k, v in fields.items()}, separators=(",", ":"))
    return PREFIX + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def decode(token: str) -> Replay:
    """The inverse of `encode`; raises InputError where the token is not one of ours."""
    body = token.strip().removeprefix(PREFIX)
    if not token.strip().startswith(PREFIX):
        raise InputError(f"malformed token: it does not begin with {PREFIX}")
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj()
        text = inflate.decompress(packed, MAX_BYTES)
        if not inflate.eof:
            raise InputError("malformed token: cut off, or too long")
        fields = json.loads(text)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise InputError("malformed token: damaged or cut off") from error
    return _checked(fields)


def _checked(fields: object) -> Replay:
    if not isinstance(fields, dict) or set(fields) | _OPTIONAL != set(_KEYS):
        raise InputError("malformed token: not what ordercheck prints")
    for key, value in fields.items():
        entries = list(value.values()) if key in "oa" and isinstance(value, dict) else [value]
        if not all(isinstance(entry, str) for entry in entries):
            raise InputError(f"malformed token: {_KEYS[key]} is not text")
    if not isinstance(fields["o"], dict) or not isinstance(fields["a"], dict):
        raise InputError("malformed token: options and params are not tables")
    return Replay(**{name: fields[key] for key, name in _KEYS.items() if key in fields})
