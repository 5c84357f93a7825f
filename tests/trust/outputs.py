"""What the program may print, whatever its input: complete reports, and errors of one line."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser

import msgspec

from toolkit.errors import ToolkitError
from toolkit.model.report import Report
from toolkit.reporters import document
from toolkit.reporters.interface import REPORTERS


def check_error(error: ToolkitError) -> None:
    """Raise AssertionError for an error of several lines, or one with terminal control
    characters.
    """
    for text in filter(None, (error.message, error.hint)):
        assert not _unprintable(text, ""), f"an error that does not print: {text!r}"


def check_report(report: Report, *, every: bool) -> None:
    """Raise AssertionError, or a parser's error, if an output format is broken.

    Without `every`, check only the formats that are quick to write and to parse.
    """
    for reporter in REPORTERS:
        if reporter.name not in _QUICK and not every:
            continue
        text = reporter.render(report)
        text.encode()
        _VALID[reporter.name](text)


def _unprintable(text: str, allowed: str) -> set[str]:
    return {
        char
        for char in set(text) - set(allowed)
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
    }


def _is_lines(text: str) -> None:
    assert not _unprintable(text, "\n"), _unprintable(text, "\n")


def _is_report(text: str) -> None:
    msgspec.json.decode(text, type=document.Document)


def _is_json(text: str) -> None:
    json.loads(text)


def _is_rows(text: str) -> None:
    assert len({len(row) for row in csv.reader(io.StringIO(text))}) <= 1, "rows of several lengths"


def _is_xml(text: str) -> None:
    ET.fromstring(text)


def _is_page(text: str) -> None:
    page = _Page()
    page.feed(text)
    page.close()
    assert page.open == [], f"not closed: {page.open}"
    for data in page.data:
        json.loads(data)


class _Page(HTMLParser):
    """The open elements, and the JSON for the page's script."""

    _EMPTY = frozenset({"meta", "link", "input", "br", "hr", "img", "wbr", "path", "circle", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.data: list[str] = []
        self._is_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._EMPTY:
            self.open.append(tag)
        self._is_data = ("type", "application/json") in attrs
        if self._is_data:
            self.data.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._EMPTY:
            assert self.open.pop() == tag, tag
        self._is_data = False

    def handle_data(self, data: str) -> None:
        if self._is_data:
            self.data[-1] += data


_QUICK = ("text", "json")
_VALID: dict[str, Callable[[str], None]] = {
    "text": _is_lines,
    "json": _is_report,
    "html": _is_page,
    "sarif": _is_json,
    "junit": _is_xml,
    "github": _is_lines,
    "gitlab": _is_json,
    "markdown": _is_lines,
    "rdjson": _is_json,
    "csv": _is_rows,
    "opa": _is_json,
    "atlantis": _is_lines,
}
