"""Writes a file that replaces an older one of its kind, and nothing else."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from toolkit.files.writing import refuse_link, write_whole


def replace_file(path: Path, data: bytes, what: str, is_one: Callable[[bytes], bool]) -> None:
    """Replace what is there by `data`; a reader sees the one or the other.

    `is_one` tells from its bytes whether a file is of the kind that `what` names. A slip must not
    cost a source: raises `OSError` where anything else would be replaced, except an empty file, for
    a link, and where that cannot be done.
    """
    refuse_link(path)
    if path.exists() and not (
        path.is_file() and ((old := path.read_bytes()) == b"" or is_one(old))
    ):
        raise OSError(errno.EEXIST, f"what is there is not a {what}")
    write_whole(path, data)
