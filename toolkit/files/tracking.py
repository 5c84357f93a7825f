"""What in a tree came with a commit: whoever wrote that may have written it on purpose."""

from __future__ import annotations

import os

from toolkit.files.git_index import git_index
from toolkit.files.tree import FolderTree, Tree

#: The folder of Terraform and OpenTofu. What they download into it may be a repository itself.
TOOL_FOLDER = ".terraform"


class Tracking:
    """Asks the Git indexes of a tree. They say nothing of what lies in an archive."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def tracked(self, path: str) -> bool | None:
        """Whether Git tracks a file, anything in a folder, or a link that leads there.

        None where there is no index that can be read.
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
    """The innermost repository around a path that is not one of those that were downloaded."""
    parts = path.split("/")[:-1]
    if TOOL_FOLDER in parts:
        del parts[parts.index(TOOL_FOLDER) :]
    while parts and not os.path.lexists(f"{tree.root}/{'/'.join(parts)}/.git"):
        parts.pop()
    return "/".join(parts)
