"""Changes of files as a unified diff, which `git apply` and `patch` take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff

_NO_BREAK = b"\\ No newline at end of file\n"


def file_diff(path: str, before: bytes, after: bytes, context: int = 3) -> bytes:
    """The change of one file; `path` is from the folder in which the diff is applied."""
    old, new = _lines(before), _lines(after)
    found = unified_diff(old, new, f"a/{path}", f"b/{path}", n=context)
    return b"".join(map(_line, found))


def context_lines(before: bytes, after: bytes, context: int) -> Iterator[str]:
    """The lines that such a diff shows."""
    for line in list(unified_diff(_lines(before), _lines(after), n=context))[2:]:
        if not line.startswith("@@"):
            yield line[1:]


def _lines(data: bytes) -> Sequence[str]:
    # Only the line feed ends a line here, as it does for git.
    text = data.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _line(line: str) -> bytes:
    data = line.encode("utf-8", "surrogateescape")
    return data if data.endswith(b"\n") else data + b"\n" + _NO_BREAK
