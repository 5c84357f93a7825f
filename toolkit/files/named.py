"""Files and folders that are named on the command line, or by a document that is.

Whoever names a path means what stands there. In a tree that others write to it may be a link by
now, to a file that only the one who runs the check can read.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import BinaryIO


def open_named(path: str | os.PathLike[str], beside: str | os.PathLike[str] = "") -> BinaryIO:
    """Open a file. Raises OSError as `refuse_leading_out` does, or where it cannot be opened."""
    refuse_leading_out(path, beside)
    return open(path, "rb")  # noqa: PTH123 - for the caller to close


def refuse_leading_out(path: str | os.PathLike[str], beside: str | os.PathLike[str] = "") -> None:
    """Raise OSError for a path that stands in a tree and leads out of it by a link.

    `beside` is the document that names it, where one does: then what lies outside of the document's
    tree is refused, link or not. A tree is a Git repository, or outside of one the working folder.
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
    """Whether a path stands, as it is written, in a Git repository or in the working folder."""
    return next(_trees(path), None) is not None


def can_be_named(path: str) -> bool:
    """Whether a file may have such a path; none has a null character, or half of a character."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _trees(path: str) -> Iterator[str]:
    """The trees in which a path stands as it is written, whatever it leads to."""
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
