"""Programs of the PATH that are not part of what is judged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping

from toolkit.files.tree import tree_root


def find_program(name: str, environ: Mapping[str, str], folders: Iterable[str]) -> str | None:
    """The path of a program, looked up outside of the trees around `folders`.

    A program in one of them, or one that a link leads into it, may have come with a commit. So
    may what a relative entry of the PATH leads to. A path in place of a name is looked up nowhere.
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
