"""Text output of one finding: the verdict, the line of HCL, and the fix."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from toolkit.model.findings import Result, Verdict
from toolkit.reporters.details import details, waived
from toolkit.reporters.terminal import (
    CYAN,
    FAINT,
    RED,
    WIDTH,
    YELLOW,
    Paint,
    columns,
    painted,
    visible,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.clients import Location

#: The verdict is a word, so that the output is complete without colour.
WORDS = {
    Verdict.FAIL: ("FAIL", RED),
    Verdict.UNKNOWN: ("UNKNOWN", YELLOW),
    Verdict.WAIVED: ("WAIVED", CYAN),
}
_BODY = " " * 6
_HANGING = " " * 8
_CUT = "..."


#: The texts of a rule (`why` and `fix`) that were already shown.
Said: TypeAlias = set[tuple[str, str, str]]


def lines(result: Result, *, counts: bool, paint: Paint, said: Said) -> Iterator[str]:
    """Yield the finding, indented below its client, without the texts in `said`."""
    word, style = WORDS[result.verdict]
    severity = result.severity.value
    if not counts and result.verdict is not Verdict.WAIVED:
        severity += ", not counted"
    title = f": {visible(result.title)}" if result.title else ""
    heading = wrapped(f"{result.rule} ({severity}){title}", first=f"    {word} ", rest=_BODY)
    yield from painted(heading, word, style, paint)
    yield from _broken(result.message, _BODY, _BODY)
    if result.location is not None:
        yield from _place(result.location, style, paint)
    for label, text in details(result):
        yield from _field(label, text)
    waiver = waived(result)
    if waiver is not None:
        yield from _field("waived", waiver)
        return
    for label, prose in (("why", result.why), ("fix", result.fix)):
        key = (result.rule, label, prose or "")
        if key not in said:
            said.add(key)
            yield from _prose(label, prose)


@lru_cache(maxsize=1_000)
def _broken(text: str, first: str, rest: str) -> tuple[str, ...]:
    """Cached, because a rule has the same texts for many clients."""
    return tuple(wrapped(visible(text), first=first, rest=rest))


def _field(label: str, text: str) -> tuple[str, ...]:
    return _broken(text, f"{_BODY}{label}: ", _HANGING)


def _prose(label: str, text: str | None) -> Iterator[str]:
    """Yield the policy author's text with its line breaks."""
    if not text:
        return
    first, *rest = text.strip().split("\n")
    yield from _field(label, first)
    for line in rest:
        yield from _broken(line.rstrip(), _HANGING, _HANGING)


def _place(location: Location, style: str, paint: Paint) -> Iterator[str]:
    """Yield the file and line, and the line itself with a marker below the relevant part."""
    number = str(location.line)
    gutter = " " * (len(_HANGING) - 2)
    if location.excerpt is None:
        yield f"{gutter}{paint(FAINT, '-->')} {visible(location.path)}:{number}"
        return
    yield f"{gutter}{paint(FAINT, '-->')} {visible(location.path)}:{number}:{location.column}"
    margin = f"{_HANGING}{number} | "
    code, marker = _marked(location.excerpt, location.column, WIDTH - len(margin))
    yield margin + code
    if marker:
        blank = " " * (len(_HANGING) + len(number))
        yield f"{blank} | {paint(style, marker)}"


def _marked(excerpt: str, column: int, room: int) -> tuple[str, str]:
    """Return the line cut to `room` columns, and the marker below it, from `column` to the end."""
    # Tabs are expanded over the whole line, so that the text after the column keeps its position.
    start = len(excerpt[: max(column - 1, 0)].expandtabs(4))
    whole = excerpt.expandtabs(4).rstrip()
    before, after = visible(whole[:start]), visible(whole[start:])
    if columns(before) > room // 2 and columns(before + after) > room:
        before = _CUT + before[-(room // 4) :]
    after = _cut(after, room - columns(before))
    return before + after, " " * columns(before) + "^" * columns(after) if after else ""


def _cut(text: str, room: int) -> str:
    if columns(text) <= room:
        return text
    kept = text[: room - len(_CUT)]
    while columns(kept) > room - len(_CUT):
        kept = kept[:-1]
    return kept + _CUT
