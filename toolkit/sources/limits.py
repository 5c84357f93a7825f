"""How large an input may be: what has no end, or would fill the memory, is refused by name."""

from __future__ import annotations

import stat
from pathlib import Path

from toolkit.errors import SourceError
from toolkit.files.named import open_named, refuse_leading_out

#: Bytes that a file of Terraform, a plan or a state may have where nothing else is said.
MAX_SIZE = 1 << 30
#: Seconds that one source may take; large configurations need less than one.
TIME_LIMIT = 120.0


def read_limited(file: Path, shown: str, max_size: int) -> bytes:
    """The content of a regular file of at most `max_size` bytes; raises `SourceError`."""
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
    """Whether a pipe has this name, such as ``/dev/stdin``. Raises OSError where nothing has."""
    return stat.S_ISFIFO(Path(file).stat().st_mode)


def read_stream(file: Path, max_size: int) -> bytes:
    """What a file or a pipe with a name gives, at most one byte more than `max_size`."""
    with open_named(file) as stream:
        size = file.stat().st_size
        # A size that is known says how much room to make; that of a pipe is 0.
        return stream.read(max_size + 1) if size > max_size or not size else stream.read()


def too_large(shown: str, max_size: int) -> SourceError:
    """The refusal of what is larger than `max_size` bytes."""
    return SourceError(
        f"{shown}: is larger than {max_size >> 20} MiB",
        hint="Raise the limit with --max-size MIB if this is meant.",
    )
