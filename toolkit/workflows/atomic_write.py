"""Replaces an older file of the same kind, and no other file."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from toolkit.files.writing import refuse_link, write_whole


def replace_file(path: Path, data: bytes, what: str, is_one: Callable[[bytes], bool]) -> None:
    """Replace the file at `path` with `data`; a reader sees either the old or the new content.

    `is_one` tells from the bytes of a file whether it is of the kind that `what` names. A typing
    error must not overwrite a source: raises `OSError` if the file is neither empty nor of that
    kind, if it is a link, and if it cannot be written.
    """
    refuse_link(path)
    if path.exists() and not (
        path.is_file() and ((old := path.read_bytes()) == b"" or is_one(old))
    ):
        raise OSError(errno.EEXIST, f"what is there is not a {what}")
    write_whole(path, data)
