"""Changes of files as a unified diff for `git apply` and `patch`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.model.edits import lines_of

_CONTEXT: Final = 3
_NO_BREAK: Final = b"\\ No newline at end of file\n"
_TOKEN: Final = pattern(r'"(?:[^"\\\n]|\\.)*"|\w+|[^\w\s]')
_MOST_COMPARED: Final = 1_000_000
#: Characters in a file name that make git quote it.
_ESCAPES: Final = {
    **{chr(code): f"\\{code:03o}" for code in (*range(32), 127)},
    "\a": r"\a",
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\v": r"\v",
    "\f": r"\f",
    "\r": r"\r",
    '"': r"\"",
    "\\": r"\\",
}


class _Hunk(Struct):
    """Lines of the old and of the new text, as ranges from 0."""

    old: tuple[int, int]
    new: tuple[int, int]


class FileChange:
    """The change of one file. Bytes that are not UTF-8 are lone surrogates in the texts."""

    def __init__(self, before: str, after: str) -> None:
        self._before = before
        self._old, self._new = lines_of(before), lines_of(after)
        self._changes = [
            _Hunk((i, j), (k, m)) for i, j, k, m in _unequal(self._old, self._new, autojunk=True)
        ]

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Yield the character ranges of the old text that change; white space does not count.

        A change that is too large to compare quickly yields nothing.
        """
        starts = list(accumulate(map(len, self._old), initial=0))
        for change in self._changes:
            (first, last), (start, end) = change.old, change.new
            old = ["".join(line.split()) for line in self._old[first:last]]
            new = ["".join(line.split()) for line in self._new[start:end]]
            for i, j, k, m in _unequal(old, new, autojunk=True):
                until = starts[first + j]
                was = list(_TOKEN.finditer(self._before, starts[first + i], until))
                now = _TOKEN.findall("\n".join(new[k:m]))
                if len(was) * len(now) > _MOST_COMPARED:
                    continue
                ends = [*(token.start() for token in was), until]
                words = [token[0] for token in was]
                for at, behind, _, _ in _unequal(words, now, autojunk=False):
                    yield ends[at], was[behind - 1].end() if behind > at else ends[at]

    def diff(self, path: str, hidden: Collection[int] = ()) -> bytes | None:
        """Return the unified diff; `path` is relative to the folder in which it is applied.

        The old lines in `hidden`, counted from 1, are not shown; None if that makes a diff
        impossible.
        """
        old, new, changes = self._old, self._new, self._changes
        parts = [f"--- {_name('a', path)}\n+++ {_name('b', path)}\n"]
        at = 0
        while at < len(changes):
            inner = [changes[at]]
            start, end = _around(changes[at], hidden, len(old))
            while at + 1 < len(changes):
                next_start, next_end = _around(changes[at + 1], hidden, len(old))
                if next_start > end:
                    break
                end = next_end
                at += 1
                inner.append(changes[at])
            at += 1
            if any(line in hidden for line in range(start + 1, end + 1)):
                return None
            if end == inner[-1].old[1] and end < len(old):
                return None  # Without a line below, git expects the change at the file's end.
            parts += _hunk(old, new, start, end, inner)
        return b"".join(map(_line, parts))


def _unequal(
    old: Sequence[str], new: Sequence[str], *, autojunk: bool
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the parts of two sequences that differ, as a range of each."""
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk).get_opcodes():
        if tag != "equal":
            yield i, j, k, m


def _around(change: _Hunk, hidden: Collection[int], count: int) -> tuple[int, int]:
    """Return the old lines of a change with the surrounding lines that may be shown."""
    start, end = change.old
    while start > 0 and change.old[0] - start < _CONTEXT and start not in hidden:
        start -= 1
    while end < count and end - change.old[1] < _CONTEXT and end + 1 not in hidden:
        end += 1
    return start, end


def _hunk(
    old: Sequence[str], new: Sequence[str], start: int, end: int, changes: Sequence[_Hunk]
) -> Iterator[str]:
    first, last = changes[0], changes[-1]
    lead, trail = first.old[0] - start, end - last.old[1]
    new_start, new_end = first.new[0] - lead, last.new[1] + trail
    yield f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n"
    at = start
    for each in changes:
        yield from (f" {line}" for line in old[at : each.old[0]])
        yield from (f"-{line}" for line in old[slice(*each.old)])
        yield from (f"+{line}" for line in new[slice(*each.new)])
        at = each.old[1]
    yield from (f" {line}" for line in old[at:end])


def _range(start: int, end: int) -> str:
    # An empty range is given by the line before it.
    return f"{start + 1 if end > start else start},{end - start}"


def _name(side: str, path: str) -> str:
    """Return a path as git writes it, so that no part of it can start a line of its own."""
    whole = f"{side}/{path}"
    written = "".join(_ESCAPES.get(each, each) for each in whole)
    if written != whole:
        return f'"{written}"'
    return f"{whole}\t" if " " in whole else whole


def _line(line: str) -> bytes:
    data = line.encode("utf-8", "surrogateescape")
    return data if data.endswith(b"\n") else data + b"\n" + _NO_BREAK
