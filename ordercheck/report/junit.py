"""Litmus tests as JUnit XML, the form that CI systems read.

A test fails where its condition is not met or, where `Result:` lines decide, where its
line is contradicted; it is an error where it could not be read or decided.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ordercheck.report.litmus_result import ERROR, NO, LitmusResult, Printer, Summary

# what XML 1.0 cannot hold, however it is written
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JUnit(Printer):
    """One document, when all is done. check_expected: `Result:` lines decide."""

    def __init__(self, check_expected: bool = False) -> None:
        self._check_expected = check_expected
        self._suite = Element("testsuite", name="ordercheck litmus")
        self._failures = self._errors = 0

    def one(self, tested: LitmusResult) -> str:
        """Nothing yet."""
        name = _text(tested.name or tested.test)
        case = SubElement(
            self._suite,
            "testcase",
            name=name,
            classname=_text(tested.model or "ordercheck"),
            file=_text(tested.file),
            time=f"{tested.seconds:.6f}",
        )
        if not tested.decided:
            self._errors += 1
            kind = "unreadable" if tested.verdict == ERROR else "unknown"
            SubElement(case, "error", type=kind, message=_text(tested.reason))
        elif message := self._failure(tested):
            self._failures += 1
            SubElement(case, "failure", type=tested.verdict, message=_text(message)).text = _text(
                "".join(f"{state}\n" for state in tested.states or ())
            )
        return ""

    def _failure(self, tested: LitmusResult) -> str:
        if self._check_expected:
            return f"{tested.surprise}, found {tested.observation}" if tested.surprise else ""
        return f"{tested.observation}: {tested.condition}" if tested.verdict == NO else ""

    def end(self, summary: Summary) -> str:
        """The whole document, ending in a newline."""
        counts = {
            "tests": str(summary.done),
            "failures": str(self._failures),
            "errors": str(self._errors),
            "time": f"{summary.seconds:.6f}",
        }
        root = Element("testsuites", counts)
        self._suite.attrib.update(counts)
        root.append(self._suite)
        indent(root)
        # character references for all but ASCII: right whatever the encoding of stdout is
        document: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
        return document.decode() + "\n"


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
