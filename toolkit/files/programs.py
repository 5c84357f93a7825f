"""Find programs on the PATH outside of the judged files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping

from toolkit.files.tree import tree_root


def find_program(name: str, environ: Mapping[str, str], folders: Iterable[str]) -> str | None:
    """Return the path of a program outside of the trees around `folders`, or None.

    A program in such a tree, or one that links into it, may have come with a commit. The same holds
    for relative entries of the PATH. A name that contains a path is not looked up.
    """
    if os.path.dirname(name):  # noqa: PTH120
        return shutil.which(name)
    trees = [f"{tree_root(folder).rstrip('/')}/" for folder in folders]

    def is_outside(path: str) -> bool:
        return not any(f"{os.path.realpath(path)}/".startswith(tree) for tree in trees)

    for entry in environ.get("PATH", os.defpath).split(os.pathsep):
        if os.path.isabs(entry) and is_outside(entry):  # noqa: PTH117
            found = shutil.which(name, path=entry)
            if found is not None and is_outside(found):
                return found
    return None
