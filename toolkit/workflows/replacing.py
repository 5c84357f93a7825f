"""Writes a file that replaces an older one of its kind, and nothing else."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path


def replace_file(path: Path, data: bytes, what: str, is_one: Callable[[bytes], bool]) -> None:
    """Put `data` in the place of what is there; whoever reads sees the one or the other.

    `is_one` tells from its bytes whether a file is of the kind that `what` names. A slip must not
    cost a source: raises `OSError` where anything else would be replaced, except an empty file, and
    where that cannot be done.
    """
    path = Path(os.path.realpath(path))  # a link stays one
    mode = None
    if path.exists():
        if not path.is_file() or not ((old := path.read_bytes()) == b"" or is_one(old)):
            raise OSError(errno.EEXIST, f"what is there is no {what}")
        mode = stat.S_IMODE(path.stat().st_mode)
    # Beside it, since only within one file system a file can take another's place.
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(mode)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
