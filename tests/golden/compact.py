"""A report as a few lines: what was decided about whom, and why; one line per result.

Prose is left out, so that a change of wording affects no case; `wording` collects the prose for one
file. Every other non-empty key of a result is in its line. Common parts are shortened: the case's
folder, and `genesyscloud_`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

#: Keys with sentences as values.
_PROSE: Final = ("message", "fix", "decided_by", "hint", "why")
#: Keys of a result that come first in its line, without their names.
_FIRST: Final = ("verdict", "rule", "address")
#: Keys of a result that are not in its line: hashes and edits, which full reports hold, and what
#: follows from the rule.
_LEFT_OUT: Final = ("fingerprint", "kind", "fix_edits")
_OWN_LINE: Final = ("results", "notes", "errors", "summary", "sources")
_CONSTANT: Final = ("schema_version", "tool", "command")


def lines(report: Mapping[str, Any], case: str) -> list[str]:
    """Return the report without prose, except for errors, which depend on the input."""
    return [line.replace("genesyscloud_", "").replace(f"{case}/", "./") for line in _lines(report)]


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    summary = dict(report["summary"])
    yield f"exit {summary.pop('exit_code')}: {_members(summary)}"
    for source in report["sources"]:
        yield f"source {_members(source)}"
    root = report["sources"][0]["root"] if len(report["sources"]) == 1 else None
    for result in report["results"]:
        rest = {
            key: value
            for key, value in result.items()
            if key not in (*_FIRST, *_LEFT_OUT, *_PROSE)
            and not (key == "root" and value == root)
            and not (key == "severity" and value == "error")
        }
        first = " ".join(_text(result[key]) for key in _FIRST)
        yield f"{first} {_members(rest)}".rstrip()
    for note in report["notes"]:
        yield f"note {_members(note)}"
    for error in report["errors"]:
        yield f"error {' / '.join(str(value) for value in error.values() if value)}"
    for key, value in report.items():
        if key not in (*_OWN_LINE, *_CONSTANT) and value:
            yield f"{key} {_text(value)}"


def wording(report: Mapping[str, Any]) -> set[str]:
    """Return the sentences of the report's results and notes, each with its key."""
    return set(_sentences([report["results"], report["notes"]]))


def _sentences(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _PROSE and isinstance(value, str):
                yield f"{key}: {value}"
            else:
                yield from _sentences(value)
    elif isinstance(node, list):
        for item in node:
            yield from _sentences(item)


def _members(node: Mapping[str, Any]) -> str:
    """Return the non-empty members of a mapping with their names."""
    return " ".join(
        f"{key}={_text(value)}"
        for key, value in node.items()
        if key not in _PROSE and value not in (None, [], {}, 0)
    )


def _text(node: object) -> str:
    if isinstance(node, dict):
        if node.keys() == {"path", "line", "end_line"}:
            end = "" if node["end_line"] == node["line"] else f"-{node['end_line']}"
            return f"{node['path']}:{node['line']}{end}"
        return "(" + " ".join(_text(v) for k, v in node.items() if k not in _PROSE) + ")"
    if isinstance(node, list):
        return "[" + " ".join(map(_text, node)) + "]"
    if node is None:
        return "-"
    text = str(node)
    return repr(text) if " " in text or not text else text
