"""Limits on the size of inputs: refuse endless or oversized input with an error that names it."""

from __future__ import annotations

import stat
from pathlib import Path

from toolkit.errors import SourceError
from toolkit.files.named import open_named, refuse_leading_out

#: The default limit in bytes for a Terraform file, a plan or a state.
MAX_SIZE = 1 << 30
#: The limit in seconds for one source; large configurations take less than one.
TIME_LIMIT = 120.0


def read_limited(file: Path, shown: str, max_size: int) -> bytes:
    """Return the content of a regular file of at most `max_size` bytes. Raises `SourceError`."""
    try:
        refuse_leading_out(file)
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(f"{shown}: is not a regular file", hint="Remove it, or leave it out.")
        if found.st_size > max_size:
            raise too_large(shown, max_size)
        return file.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{shown}: cannot be read: {error.strerror}", hint="Check the path and its permissions."
        ) from error


def is_pipe(file: str) -> bool:
    """Whether the path is a pipe, such as ``/dev/stdin``. Raises OSError if it does not exist."""
    return stat.S_ISFIFO(Path(file).stat().st_mode)


def read_stream(file: Path, max_size: int) -> bytes:
    """Return the content of a file or pipe, up to one byte more than `max_size`."""
    with open_named(file) as stream:
        size = file.stat().st_size
        # A known size decides how much memory to allocate; a pipe's size is 0.
        return stream.read(max_size + 1) if size > max_size or not size else stream.read()


def too_large(shown: str, max_size: int) -> SourceError:
    """Return the error for input larger than `max_size` bytes."""
    return SourceError(
        f"{shown}: is larger than {max_size >> 20} MiB",
        hint="To allow it, raise the limit: --max-size MIB.",
    )
