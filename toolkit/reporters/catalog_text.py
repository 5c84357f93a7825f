"""Text output of a catalog entry or of search results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from toolkit.model.catalog_entries import Call, CatalogEntry, Matches
from toolkit.model.permissions import READONLY
from toolkit.reporters.terminal import visible, wrapped

_INDENT = "    "
_UNKNOWN = "not known: the documents of the API do not say"
_MODES = {"ANY": "one of", "ALL": "all of"}
_CONTEXT = {
    "required": "refuses every CLIENT-CREDENTIALS client (400 not.a.user)",
    "suspected": "may refuse every CLIENT-CREDENTIALS client (400 not.a.user)",
}


def render_entry(entry: CatalogEntry, *, most: int | None) -> str:
    """Return the entry as text, with at most `most` operations of a scope or permission."""
    lines = [f"{visible(entry.name)} ({entry.kind})"]
    if entry.kind == "operation":
        lines += _call(entry.calls[0])
    else:
        lines += _about(entry)
        lines += _listing(entry.calls, most)
    lines += ["", *_source(entry.date, entry.contract)]
    if entry.published is not None:
        lines += [f"Published is {entry.published}:", f"  catalog show {entry.published}"]
    return "\n".join(lines) + "\n"


def render_matches(matches: Matches, *, most: int | None) -> str:
    """Return the search results as text, best match first, with at most `most` of each kind."""
    lines: list[str] = []
    for call in matches.calls[:most]:
        lines += [call.id, *_call(call)]
        if call.contract is not None:
            lines.append(f"  of the contract {call.contract}; the published API does not have it")
        lines.append("")
    lines += _more(matches.calls, most, "operation")
    lines += _cut_off(matches.calls, most)
    for kind, names in (("scope", matches.scopes), ("permission", matches.permissions)):
        if names:
            lines.append(f"{kind}s with these words")
            lines += [f"{_INDENT}{name}" for name in names[:most]]
            lines += _more(names, most, kind)
            lines.append("")
    of_contracts = {call.contract for call in matches.calls}
    only = next(iter(of_contracts)) if len(of_contracts) == 1 else None
    lines += _source(matches.date, None if matches.scopes or matches.permissions else only)
    return "\n".join(lines) + "\n"


def _cut_off(calls: tuple[Call, ...], most: int | None) -> Iterator[str]:
    """Yield the names of what only a contract has, because it stands last and is cut off first."""
    hidden = calls[most:] if most is not None else ()
    names = ", ".join(f"{call.id} ({call.contract})" for call in hidden if call.contract)
    if names:
        text = f"of a contract, not of the published API: {names}"
        yield from wrapped(text, first="  ", rest=_INDENT)
        yield ""


def _call(call: Call) -> Iterator[str]:
    yield f"  {call.method} {visible(call.path)}"
    if call.summary:
        yield from wrapped(visible(call.summary), first="  ", rest="  ")
    yield "  scope of a client that a user logs in to (CODE, TOKEN, ...)"
    yield from (f"{_INDENT}{line}" for line in _scopes(call))
    yield "  permission, from the roles of a CLIENT-CREDENTIALS client or of the user"
    yield from (f"{_INDENT}{line}" for line in _permissions(call))
    if call.user_context in _CONTEXT:
        yield f"  {_CONTEXT[call.user_context]}"


def _scopes(call: Call) -> Iterator[str]:
    if call.scopes is None:
        yield _UNKNOWN
    elif not all(call.scopes) or not call.scopes:
        yield "none"
    elif len(call.scopes) == 1 and len(call.scopes[0]) == 1:
        yield call.scopes[0][0]
    else:
        if len(call.scopes) > 1:
            yield "one of"
        for way in call.scopes:
            text = " and ".join(way)
            yield f"  {text}" if len(call.scopes) > 1 else text


def _permissions(call: Call) -> Iterator[str]:
    if call.mode is None:
        yield _UNKNOWN
    elif call.mode == "BACKEND":
        yield "not known: decided behind the API"
    elif not call.permissions:
        yield "none"
    elif len(call.permissions) == 1:
        yield call.permissions[0]
    else:
        yield _MODES.get(call.mode, call.mode)
        yield from (f"  {name}" for name in call.permissions)


def _about(entry: CatalogEntry) -> Iterator[str]:
    if entry.description:
        yield from wrapped(visible(entry.description), first="  ", rest="  ")
    if entry.kind == "scope" and not entry.name.endswith(READONLY):
        yield f"  includes {entry.name}{READONLY}"
    for risk in entry.risks:
        yield from wrapped(f"{risk.name}: {risk.title}. {risk.why}", first="  ", rest="  ")
    number = len(entry.calls)
    if entry.kind == "scope":
        yield f"  {_operations(number)} {'takes' if number == 1 else 'take'} it:"
    else:
        yield (
            f"  {_operations(number)} {'asks' if number == 1 else 'ask'} for it, alone or as one "
            "of several that will do:"
        )


def _operations(number: int) -> str:
    return f"{number} operation{'' if number == 1 else 's'}"


def _listing(calls: Sequence[Call], most: int | None) -> Iterator[str]:
    for call in calls[:most]:
        yield f"{_INDENT}{call.id}"
        yield f"{_INDENT}  {call.method} {visible(call.path)}"
    yield from _more(calls, most, "operation")


def _more(found: Sequence[object], most: int | None, noun: str) -> Iterable[str]:
    left = 0 if most is None else len(found) - most
    return [f"  ... and {left} {noun}{'' if left == 1 else 's'} more: --all"] if left > 0 else []


def _source(date: str, contract: str | None) -> list[str]:
    if contract is None:
        return [f"Source: the published API, {date}."]
    return wrapped(
        f"Source: the contract {contract} that ships. The published API ({date}) does not have it.",
        first="",
        rest="",
    )
