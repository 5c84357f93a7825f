"""The tree around a path that the user named: a folder on disk, or an archive."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from toolkit import files
from toolkit.errors import SourceError
from toolkit.files.overlay import NOTHING, OverlaidTree
from toolkit.files.tree import MAX_SIZE, FolderTree, Kind, Tree, tree_root
from toolkit.lazily import pattern

#: Matches at the end of a path, or before a further name.
_ARCHIVE: Final = pattern(r"\.zip(?=/+[^/]|\Z)", re.IGNORECASE | re.ASCII)


def open_tree(named: str, max_size: int = MAX_SIZE, overlay: Mapping[str, bytes] = NOTHING) -> Tree:
    """Return the tree around a file or folder.

    Raises `SourceError` for an archive that is refused, and if the tree would be the whole file
    system.
    """
    archive = archive_of(named)
    if archive is not None:
        return files.read_archive(archive, max_size)
    root = tree_root(named)
    if root == os.path.dirname(root):  # noqa: PTH120
        raise SourceError(
            f"{named}: lies in the root of the file system, so all files would be its tree",
            hint="Name a folder: what is in it is all that is read.",
        )
    return OverlaidTree(root, overlay, max_size) if overlay else FolderTree(root, max_size)


def archive_of(path: str) -> str | None:
    """Return the zip archive that the path names or leads into, by its file extension.

    A path that ends in a slash names a folder, so it is not an archive.
    """
    for found in _ARCHIVE.finditer(path):
        if os.path.isfile(path[: found.end()]):  # noqa: PTH113 - a name may be too long
            return path[: found.end()]
    return None


def is_folder(path: str, max_size: int = MAX_SIZE) -> bool:
    """Whether the path is a folder, on disk or in an archive. Raises `SourceError`."""
    if archive_of(path) is None:
        return os.path.isdir(path)  # noqa: PTH112
    tree = open_tree(path, max_size)
    return tree.kind(tree.inner(path)) is Kind.FOLDER
