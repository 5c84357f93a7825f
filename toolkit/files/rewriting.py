"""Rewrite several files: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from msgspec import Struct

from toolkit.errors import ToolkitError
from toolkit.files.writing import refuse_link, write_whole


class Rewrite(Struct, frozen=True):
    """A file with its content before and after.

    `disk` is its real path, `path` its path in messages.
    """

    path: str
    disk: str
    before: bytes
    after: bytes


def rewrite(files: Iterable[Rewrite]) -> None:
    """Write the new content into each file.

    Raises `ToolkitError`, with every file unchanged, if a file has changed since it was read, is a
    link, or cannot be written.
    """
    files = tuple(files)
    written: list[Rewrite] = []
    try:
        for each in files:
            _refuse_changed(each)
        for each in files:
            written.append(each)
            write_whole(each.disk, each.after)
    except OSError as error:
        for each in written:
            with suppress(OSError):
                write_whole(each.disk, each.before)
        raise ToolkitError(
            f"{each.path}: cannot be written: {error.strerror}; no file was changed",
            hint="Check the permissions of the file and of its folder.",
        ) from error


def _refuse_changed(file: Rewrite) -> None:
    refuse_link(file.disk)
    with open(file.disk, "rb") as stream:  # noqa: PTH123
        content = stream.read(len(file.before) + 1)
    if content != file.before:
        raise ToolkitError(
            f"{file.path}: changed while it was looked at; no file was changed",
            hint="Run the command again.",
        )
