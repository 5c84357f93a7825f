"""Read waivers from comments in a client's block or directly above it.

    # recording-toolkit:waive REC001 expires=2027-03-31 reason="Retired in March"

A comment with this marker that cannot be read waives nothing, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_TYPE
from toolkit.model.inventory import Note
from toolkit.sources.comments import Comment
from toolkit.sources.hcl.modules.loading import Module
from toolkit.sources.hcl.syntax.nodes import Block
from toolkit.sources.hcl.syntax.source import Source

#: The start of a waiver comment, after ``#`` or ``//``.
_MARKER: Final = "recording-toolkit:"
#: Matches the marker on its own line of a longer comment too: its author meant a waiver as well.
_MEANT: Final = pattern(r"^[#/* \t]*recording-toolkit:(?=\S|\s*waive)", re.MULTILINE)
_FORM: Final = pattern(r"(?:#+|//+)\s*recording-toolkit:waive(?:\s+(.*))?")
_RULE: Final = pattern(r"[A-Za-z][A-Za-z0-9_.-]*(?=\s|$)")
_PART: Final = pattern(r'\s+(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)')
_DATE: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEYS: Final = ("expires", "reason")
#: The most characters of an invalid comment that a message repeats.
_SHOWN: Final = 40
_EXAMPLE: Final = 'recording-toolkit:waive RULE expires=YYYY-MM-DD reason="..."'


class _MalformedError(Exception):
    """Why a comment is not a valid waiver, as the end of a sentence."""


def read_comments(module: Module) -> tuple[list[Comment], list[Note]]:
    """Return a module's waivers, and a note for each comment with the marker that
    waives nothing.
    """
    found: list[Comment] = []
    notes: list[Note] = []
    blocks = [*module.resources.values(), *module.overrides]
    clients = [b for b in blocks if b.type == "resource" and b.labels[0] == CLIENT_TYPE]
    for source in module.sources:
        for start, end in _comments(source):
            line = source.line(start)
            try:
                rule, expires, reason = _read(source.text[start:end].rstrip())
                client = _client_of(source, start, end, clients)
            except _MalformedError as problem:
                message = f"{source.path}:{line}: this comment waives nothing: {problem}."
                notes.append(Note("waiver-malformed", message))
            else:
                found.append(Comment(source.path, line, client, rule, expires, reason))
    return found, notes


def _comments(source: Source) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the comments with the marker."""
    if _MARKER in source.text:
        for start, end in source.comments:
            if _MEANT.search(source.text[start:end]):
                yield start, end


def _read(text: str) -> tuple[str, str, str]:
    """Return rule, date and reason. Raises `_MalformedError`."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise _MalformedError(f"it is written  # {_EXAMPLE}")
    rest = form[1] or ""
    rule = _RULE.match(rest)
    if rule is None:
        raise _MalformedError(f"it names no rule: {_EXAMPLE}")
    parts = _parts(rest[rule.end() :])
    expires, reason = parts.get("expires"), parts.get("reason")
    if expires is None:
        raise _MalformedError("it has no expires=YYYY-MM-DD")
    if not _is_date(expires):
        raise _MalformedError(f"{expires} is not a date as YYYY-MM-DD")
    if reason is None or not reason.strip():
        raise _MalformedError('it has no reason="..."')
    return rule[0], expires, reason.strip()


def _parts(text: str) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    at = 0
    while text[at:].strip():
        part = _PART.match(text, at)
        if part is None:
            raise _MalformedError(f"{text[at:].strip()[:_SHOWN]} is not understood")
        key, quoted, plain = part.groups()
        if key not in _KEYS or key in parts:
            raise _MalformedError(f"{key}= {'is there twice' if key in parts else 'is not known'}")
        parts[key] = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        at = part.end()
    return parts


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _client_of(source: Source, start: int, end: int, clients: list[Block]) -> str:
    """Return the name of the client whose block contains the comment or directly follows it.

    Raises `_MalformedError` if there is none.
    """
    for block in clients:
        if block.source is source and block.start < start < block.end:
            return block.labels[1]
    line = _line_below(source, start)
    for block in clients:
        if block.source is source and source.line(block.start) == line:
            return block.labels[1]
    raise _MalformedError(f"it stands neither in nor directly above a {CLIENT_TYPE}")


def _line_below(source: Source, start: int) -> int:
    """Return the line below a comment and the comments after it; 0 for a trailing comment."""
    line, column = source.position(start)
    if source.line_text(line)[: column - 1].strip():
        return 0
    last = source.line(len(source.text))
    line += 1
    while line < last and source.line_text(line).lstrip().startswith(("#", "//")):
        line += 1
    return line
