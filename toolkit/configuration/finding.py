"""Find the configuration of a source."""

from __future__ import annotations

import errno
import os
from typing import Final

from toolkit.errors import DocumentError
from toolkit.files.named import open_named
from toolkit.files.tree import repository

NAME: Final = "recording-toolkit.toml"
SHARED: Final = "pyproject.toml"
#: Our table in `SHARED`.
TABLE: Final = ("tool", "recording-toolkit")
_MARK: Final = b"tool.recording-toolkit"


def find_configuration(source: str) -> str | None:
    """Return the path of the configuration for a folder or a file, relative like `source`; or None.

    It is the nearest one in the source's folder and its parents, up to the root of the Git
    repository; outside of a repository, only the folder itself counts. Raises `DocumentError` if it
    is a link that leads out of these folders.
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
        f"{shown(path)}: the configuration cannot be read: it is a link that leads out of {tree}",
        hint="Put the file itself there, or name it with --config.",
    )


def in_repository(source: str) -> bool:
    """Whether the source is in a Git repository."""
    return repository(os.path.realpath(source)) is not None


def folder_in_repository() -> str:
    """Return the working folder relative to the root of its Git repository, with slashes.

    Empty at the root and outside of a repository.
    """
    working = os.path.realpath(".")
    root = repository(working)
    relative = "." if root is None else os.path.relpath(working, root)
    return "" if relative == "." else relative.replace(os.sep, "/")


def shown(path: str) -> str:
    """Return the path relative to the working folder if it is in or near that folder."""
    relative = os.path.relpath(path, os.path.realpath("."))
    return path if relative.startswith("../../../..") else relative


def has_table(path: str) -> bool:
    """Whether a pyproject.toml has our table."""
    try:
        with open_named(path) as file:
            return _MARK in file.read()
    except OSError as error:
        # True for a link that leads out of the tree, so that reading it reports the error.
        return error.errno == errno.ELOOP
