"""Known findings: how a finding is identified, and which findings of a run are new.

The identity of a finding is its environment, root, rule, address and verdict, plus everything that
it reports as missing, forbidden, unknown or set. A finding that reports more than the baseline
entry is new; a finding that reports less is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from toolkit.model.findings import Held, Missing, Result, Verdict
from toolkit.model.names import text_of

#: Environment, root, rule, address, verdict.
_Key: TypeAlias = tuple[str | None, str | None, str, str | None, str]
#: One detail of a finding: the name of the entry's field, and the text in it.
_Detail: TypeAlias = tuple[str, str]

_RECORDED = frozenset({Verdict.FAIL, Verdict.UNKNOWN})


class Entry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One known finding, or several findings of one rule and client combined."""

    root: str | None
    rule: str
    address: str | None
    verdict: Literal["fail", "unknown"]
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    environment: str | None = None

    @property
    def key(self) -> _Key:
        return (self.environment, self.root, self.rule, self.address, self.verdict)

    @property
    def details(self) -> set[_Detail]:
        return {(name, text) for name in _DETAILS for text in getattr(self, name)}


_DETAILS = ("missing", "forbidden", "unknown", "setting")


class Comparison(Struct, frozen=True):
    """Results compared with a baseline.

    `new` also has every result that is not a finding. `gone` are the entries with a detail that no
    longer occurs.
    """

    new: tuple[Result, ...]
    known: tuple[Result, ...]
    gone: tuple[Entry, ...]


def entries_of(results: Iterable[Result]) -> tuple[Entry, ...]:
    """Return the baseline entries for the failures and unknowns among the results, sorted."""
    entries = [
        Entry(
            *key[1:],  # type: ignore[arg-type]
            **{name: tuple(sorted(t for n, t in said if n == name)) for name in _DETAILS},  # type: ignore[arg-type]
            environment=key[0],
        )
        for key, said in _said(results).items()
    ]
    return tuple(sorted(entries, key=_order))


def compare(results: Iterable[Result], entries: Iterable[Entry]) -> Comparison:
    """Split the findings into those that the entries cover and those that are new."""
    entries, results = tuple(entries), tuple(results)
    known: dict[_Key, set[_Detail]] = {}
    for entry in entries:
        known.setdefault(entry.key, set()).update(entry.details)
    new: list[Result] = []
    hidden: list[Result] = []
    for result in results:
        is_known = (
            result.verdict in _RECORDED
            and (said := known.get(_key(result))) is not None
            and said.issuperset(_details(result))
        )
        (hidden if is_known else new).append(result)
    occurring = _said(results)
    gone = [e for e in entries if not e.details <= occurring.get(e.key, set())]
    gone += [e for e in entries if not e.details and e.key not in occurring]
    return Comparison(tuple(new), tuple(hidden), tuple(sorted(gone, key=_order)))


def _said(results: Iterable[Result]) -> dict[_Key, set[_Detail]]:
    said: dict[_Key, set[_Detail]] = {}
    for result in results:
        if result.verdict in _RECORDED:
            said.setdefault(_key(result), set()).update(_details(result))
    return said


def _key(result: Result) -> _Key:
    root = None if result.root is None else text_of(result.root)
    return (result.environment, root, result.rule, result.address, result.verdict.value)


def _order(entry: Entry) -> tuple[str, ...]:
    return (
        entry.environment or "",
        entry.root or "",
        entry.address or "",
        entry.rule,
        entry.verdict,
    )


def _details(result: Result) -> Iterator[_Detail]:
    for missing in result.missing:
        yield "missing", _missing(missing)
    for held in result.forbidden:
        yield "forbidden", _held(held)
    for reason in result.reasons:
        yield "unknown", text_of(reason.reference)
    if result.setting is not None:
        yield "setting", f"{result.setting.name} is {result.setting.actual}"


def _missing(missing: Missing) -> str:
    division = f", division {missing.division}" if missing.division else ""
    return f"{missing.kind} {' or '.join(missing.any_of)}{division}"


def _held(held: Held) -> str:
    pattern = f", forbidden as {held.pattern}" if held.pattern != held.held else ""
    role = f", through {held.role}" if held.role else ""
    division = f", division {held.division}" if held.division else ""
    return f"{held.kind} {held.held}{pattern}{role}{division}"
