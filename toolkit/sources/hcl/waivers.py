"""Waivers that are written into the Terraform, as comments in or directly above a client's block.

    # recording-toolkit:waive REC001 expires=2027-03-31 reason="Retired in March"

A comment that means to waive and cannot be read waives nothing, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from tree_sitter import Node

from toolkit.model.clients import CLIENT_TYPE
from toolkit.model.inventory import Note
from toolkit.sources.comments import Comment
from toolkit.sources.hcl import native

#: What such a comment begins with, after ``#`` or ``//``.
MARKER: Final = b"recording-toolkit:"

#: On a line of its own within a longer comment too, since whoever wrote it there meant it as well.
_MEANT: Final = re.compile(r"^[#/* \t]*recording-toolkit:(?=\S|\s*waive)", re.MULTILINE)
_FORM: Final = re.compile(r"(?:#+|//+)\s*recording-toolkit:waive(?:\s+(.*))?")
_RULE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?=\s|$)")
_PART: Final = re.compile(r'\s+(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)')
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEYS: Final = ("expires", "reason")
#: Of what is not understood, only the beginning is repeated.
_SHOWN: Final = 40
_EXAMPLE: Final = 'recording-toolkit:waive RULE expires=YYYY-MM-DD reason="..."'


class _MalformedError(Exception):
    """Why a comment is no waiver, as the end of a sentence."""


def read_comments(root: Node, source: bytes, path: str) -> tuple[list[Comment], list[Note]]:
    """The waivers of a file, and a note for each comment that waives nothing though it means to."""
    found: list[Comment] = []
    notes: list[Note] = []
    for node in _comments(root, source):
        line = node.start_point[0] + 1
        try:
            rule, expires, reason = _read(source[node.start_byte : node.end_byte].decode().rstrip())
            client = _client_of(node, root, source)
        except _MalformedError as problem:
            message = f"{path}:{line}: this comment waives nothing: {problem}."
            notes.append(Note("waiver-malformed", message))
        else:
            found.append(Comment(path, line, client, rule, expires, reason))
    return found, notes


def _comments(root: Node, source: bytes) -> Iterator[Node]:
    """The comments that mean to waive. Their marker is looked for, since a file is large."""
    at = source.find(MARKER)
    while at >= 0:
        node = root.descendant_for_byte_range(at, at + len(MARKER))
        # In a string or a heredoc it is text, and after other words of a comment it is prose.
        if node is not None and node.type == "comment":
            text = source[node.start_byte : node.end_byte].decode()
            if _MEANT.search(text):
                yield node
            at = source.find(MARKER, node.end_byte)
        else:
            at = source.find(MARKER, at + len(MARKER))


def _read(text: str) -> tuple[str, str, str]:
    """Rule, date and reason; raises `_MalformedError`."""
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
        raise _MalformedError(f"{expires} is no date of the form YYYY-MM-DD")
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


def _client_of(comment: Node, root: Node, source: bytes) -> str:
    """The name of the client whose block the comment is in, or directly above.

    Raises `_MalformedError` where that is no client's.
    """
    block = _around(comment) or _below(comment, root, source)
    if block is not None:
        kind, labels = native.heading(block, source)
        if kind == "resource" and len(labels) == 2 and labels[0] == CLIENT_TYPE:
            return labels[1]
    raise _MalformedError(f"it stands neither in nor directly above a {CLIENT_TYPE}")


def _around(comment: Node) -> Node | None:
    """The top-level block that the comment is in."""
    block = None
    node = comment.parent
    while node is not None:
        block = node if node.type == "block" else block
        node = node.parent
    return block


def _below(comment: Node, root: Node, source: bytes) -> Node | None:
    """The top-level block that begins on the next line; other comments may stand between."""
    row, column = comment.start_point
    if source[comment.start_byte - column : comment.start_byte].strip():
        # Behind something else on its line, such as the end of the block before.
        return None
    lines = source.split(b"\n")
    row += 1
    while row < len(lines) and lines[row].lstrip().startswith((b"#", b"//")):
        row += 1
    for body in root.children:
        for node in body.children if body.type == "body" else ():
            if node.type == "block" and node.start_point[0] == row:
                return node
    return None
