"""Where the configuration of a source is."""

from __future__ import annotations

import errno
import os
from typing import Final

from toolkit.errors import DocumentError
from toolkit.files.named import open_named

NAME: Final = "recording-toolkit.toml"
SHARED: Final = "pyproject.toml"
#: The table of `SHARED` that is ours.
TABLE: Final = ("tool", "recording-toolkit")
_MARK: Final = b"tool.recording-toolkit"


def find_configuration(source: str) -> str | None:
    """The configuration for a folder, or a file, as a path in the words of `source`.

    It is the nearest one in the source's folder and those above it, up to the root of its Git
    repository; outside of a repository, in the folder alone. Raises `DocumentError` where it is a
    link that leads out of these.
    """
    folder = source if os.path.isdir(source) else os.path.dirname(source)  # noqa: PTH112, PTH120
    real = os.path.realpath(folder or ".")
    root = repository(real)
    folders = [real]
    while root is not None and folders[-1] != root:
        folders.append(os.path.dirname(folders[-1]))  # noqa: PTH120
    for each in folders:
        for name in (NAME, SHARED):
            path = f"{each.rstrip('/')}/{name}"
            _refuse_link_out(path, folders[-1])
            if os.path.isfile(path) and (name == NAME or has_table(path)):  # noqa: PTH113
                return shown(path)
    return None


def _refuse_link_out(path: str, tree: str) -> None:
    if f"{os.path.realpath(path)}/".startswith(f"{tree.rstrip('/')}/"):
        return
    raise DocumentError(
        f"{shown(path)}: the configuration cannot be read: is a link that leads out of {tree}",
        hint="Put the file itself there, or name it with --config.",
    )


def in_repository(source: str) -> bool:
    """Whether a source lies in a Git repository."""
    return repository(os.path.realpath(source)) is not None


def folder_in_repository() -> str:
    """The working folder from the root of its Git repository, with slashes; empty at the root and
    outside of one.
    """
    working = os.path.realpath(".")
    root = repository(working)
    relative = "." if root is None else os.path.relpath(working, root)
    return "" if relative == "." else relative.replace(os.sep, "/")


def repository(folder: str) -> str | None:
    """The root of the Git repository around a folder that is named without links."""
    while not os.path.lexists(f"{folder}/.git"):
        if folder == os.path.dirname(folder):  # noqa: PTH120
            return None
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder


def shown(path: str) -> str:
    """A path as one writes it in the working folder: relative, where it lies in or near it."""
    relative = os.path.relpath(path, os.path.realpath("."))
    return path if relative.startswith("../../../..") else relative


def has_table(path: str) -> bool:
    """Whether a pyproject.toml has our table."""
    try:
        with open_named(path) as file:
            return _MARK in file.read()
    except OSError as error:
        # A link that leads out of the tree is complained about when it is read as one.
        return error.errno == errno.ELOOP
