"""Files and folders named on the command line, or in a document that is named there.

A user who names a path means what is at that path. In a tree that others write to, the path may
have become a link to a file that only the user who runs the check can read.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import BinaryIO


def open_named(path: str | os.PathLike[str], beside: str | os.PathLike[str] = "") -> BinaryIO:
    """Open a file. Raises OSError as `refuse_leading_out` does, or if the file cannot be opened."""
    refuse_leading_out(path, beside)
    return open(path, "rb")  # noqa: PTH123 - for the caller to close


def refuse_leading_out(path: str | os.PathLike[str], beside: str | os.PathLike[str] = "") -> None:
    """Raise OSError for a path inside a tree that leads out of the tree through a link.

    `beside` is the document that names the path, if any: then any path outside of the document's
    tree is refused, even without a link. A tree is a Git repository; outside of one, it is the
    working folder.
    """
    text = os.fspath(path)
    if not can_be_named(text):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), text)
    real = os.path.realpath(text)
    for tree in _trees(os.fspath(beside) or text):
        if not f"{real}/".startswith(f"{os.path.realpath(tree).rstrip('/')}/"):
            what = "lies" if beside else "is a link that leads"
            raise OSError(errno.ELOOP, f"{what} out of {tree}", text)


def stands_in_a_tree(path: str) -> bool:
    """Whether the path, as written, is in a Git repository or in the working folder."""
    return next(_trees(path), None) is not None


def can_be_named(path: str) -> bool:
    """Whether a file can have this path: no null character, and no lone surrogate."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _trees(path: str) -> Iterator[str]:
    """Yield the trees that contain the path as written, before links are resolved."""
    working = os.getcwd()  # noqa: PTH109
    whole = os.path.abspath(path)  # noqa: PTH100 - not resolved
    is_repository = False
    folder = os.path.dirname(whole)  # noqa: PTH120
    while folder != os.path.dirname(folder):  # noqa: PTH120
        if os.path.lexists(f"{folder}/.git"):
            is_repository |= f"{working}/".startswith(f"{folder}/")
            yield folder
        folder = os.path.dirname(folder)  # noqa: PTH120
    if not is_repository and working != "/" and whole.startswith(f"{working}/"):
        yield working
