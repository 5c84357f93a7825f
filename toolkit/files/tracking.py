"""Which files of a tree came with a commit, and so may be written by a stranger on purpose."""

from __future__ import annotations

import os

from toolkit.files.git_index import git_index
from toolkit.files.tree import FolderTree, Tree

#: The folder of Terraform and OpenTofu. A module downloaded into it may be a Git repository.
TOOL_FOLDER = ".terraform"


class Tracking:
    """Queries the Git indexes of a tree. They know nothing of files in an archive."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def tracked(self, path: str) -> bool | None:
        """Whether Git tracks the file, anything in the folder, or a link that leads there.

        None if no index can be read.
        """
        tree, file = self._tree.holder(path)
        answers = {_is_tracked(tree, each) for each in {file, *tree.trail(file)}}
        if True in answers:
            return True
        return None if None in answers or tree is not self._tree else False


def _is_tracked(tree: FolderTree, path: str) -> bool | None:
    repository = _repository(tree, path)
    index = git_index(f"{tree.root}/{repository}".rstrip("/"))
    inner = path[len(repository) + 1 :] if repository else path
    return None if index is None else index.tracks(inner)


def _repository(tree: FolderTree, path: str) -> str:
    """Return the innermost repository around a path, ignoring downloaded repositories."""
    parts = path.split("/")[:-1]
    if TOOL_FOLDER in parts:
        del parts[parts.index(TOOL_FOLDER) :]
    while parts and not os.path.lexists(f"{tree.root}/{'/'.join(parts)}/.git"):
        parts.pop()
    return "/".join(parts)
