"""The data for the script of the HTML page: every result, each text and each detail once.

A thousand clients mostly have the same texts, so texts and details are in tables, and a result is a
row of numbers. The format is internal to the page: programs read the JSON report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.reporters.suggested_hcl import additions
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.model.report import Report

VERDICTS = tuple(Verdict)
SEVERITIES = tuple(Severity)
_KINDS = tuple(Kind)
#: In JSON, these only occur in strings, where the escape means the same. So no text can close the
#: script element or open a comment in it. U+2028 and U+2029 end a line for some readers.
_ESCAPES = str.maketrans(
    {char: f"\\u{ord(char):04x}" for char in "<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"}
)


def shown(text: str) -> str:
    """Return `text` with its line breaks and with all other control characters escaped."""
    if text.isprintable():
        return text
    return "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))


def ordered(report: Report) -> list[Result]:
    return sorted(report.results, key=lambda result: (result.sort_key, result.message))


def rules_of(results: Sequence[Result]) -> list[Result]:
    """Return one result of each rule: policy rules by id, then built-in checks, then drift."""
    first: dict[tuple[Kind, str], Result] = {}
    for result in results:
        first.setdefault((result.kind, result.rule), result)
    return [first[key] for key in sorted(first, key=lambda key: (_KINDS.index(key[0]), key[1]))]


class _Table:
    """A table of distinct values by number."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self.values: list[Any] = []

    def number(self, key: object, value: Any) -> int:
        number = self._numbers.setdefault(key, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


def page_data(report: Report, results: Sequence[Result]) -> str:
    """Return the JSON, safe to put into a script element."""
    rules = rules_of(results)
    columns = {(rule.kind, rule.rule): number for number, rule in enumerate(rules)}
    texts, details, clients = _Table(), _Table(), _Table()
    # Number 0 is the empty text.
    texts.number("", "")

    def text(value: str | None) -> int | None:
        return None if value is None else texts.number(value, shown(value))

    rows: list[list[int | None]] = []
    for result in results:
        who = (result.root, result.address)
        client = clients.number(who, [text(t) for t in (*who, result.client, result.grant_type)])
        verdict = VERDICTS.index(result.verdict) * 6 + SEVERITIES.index(result.severity) * 2
        detail = _detail(result)
        # Not in the table of details, because the HCL is specific to a client.
        hcl = additions(result)
        row = [
            client,
            columns[result.kind, result.rule],
            verdict + report.counts(result),
            text(result.message),
            details.number(msgspec.json.encode(detail), detail),
            text(hcl) if hcl else 0,
        ]
        if result.location is not None:
            where = result.location
            row += [text(where.path), where.line, text(where.excerpt)]
        rows.append(row)
    data = {
        "rules": [
            {
                "id": shown(rule.rule),
                "kind": rule.kind.value,
                "title": shown(rule.title),
                "operations": [shown(name) for name in rule.operations],
            }
            for rule in rules
        ],
        "texts": texts.values,
        "details": details.values,
        "clients": clients.values,
        "results": rows,
    }
    return msgspec.json.encode(data).decode().translate(_ESCAPES)


def _detail(result: Result) -> dict[str, object]:
    """Return the details of a result besides its message, without empty ones."""
    whole: dict[str, object] = {
        "missing": [
            {"kind": need.kind, "names": _all(need.any_of), "division": _maybe(need.division)}
            for need in result.missing
        ],
        "forbidden": [
            {
                "kind": held.kind,
                "held": shown(held.held),
                "pattern": shown(held.pattern),
                "role": _maybe(held.role),
                "division": _maybe(held.division),
            }
            for held in result.forbidden
        ],
        "reasons": [
            [shown(reason.reference), shown(reason.decided_by)] for reason in result.reasons
        ],
        "calls": [shown(f"{call.path}:{call.line}") for call in result.called_from],
        "values": [shown(f"{place.path}:{place.line}") for place in result.value_locations],
        "through": [_fields(held) for held in result.held_through],
        "scopes": _all(result.held_scopes),
        "roles": [_fields(held) for held in result.looked_through],
        "setting": _fields(result.setting),
        "waiver": _fields(result.waiver),
        "why": shown((result.why or "").strip()),
        "fix": shown((result.fix or "").strip()),
    }
    return {name: value for name, value in whole.items() if value}


def _all(texts: Sequence[str]) -> list[str]:
    return [shown(text) for text in texts]


def _fields(record: Struct | None) -> list[str]:
    """Return the texts of a record, in field order."""
    return [] if record is None else _all(astuple(record))


def _maybe(text: str | None) -> str | None:
    return None if text is None else shown(text)
