"""What reading an untrusted configuration may open: its own tree, no file of a size without end.

The tree is the git repository around the folder that was named (the innermost); outside of one, the
working directory where it contains that folder and is not the root of the file system; else that
folder itself. A link counts as what it leads to.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from toolkit.errors import SourceError
from toolkit.sources.limits import read_limited

#: What a pipeline or Terraform itself leaves in a tree, and what no configuration reads: names that
#: begin with a dot (`.git/config` may hold a token, `.env` a password), states, keys, credentials.
_PRIVATE = re.compile(
    r"\..*|.*\.tfstate(\..*)?|.*\.(pem|key|p12|pfx|jks)|id_(rsa|ed25519|ecdsa|dsa)|gha-creds-.*",
    re.IGNORECASE,
)


class Confines(NamedTuple):
    """`tree` is a real path; `max_size` the bytes that one file may have."""

    tree: str
    max_size: int

    def holds(self, path: str | Path) -> bool:
        """Whether a path is in the tree, links followed; it need not exist."""
        return _is_in(os.path.realpath(path), self.tree)

    def read(self, file: Path, shown: str) -> bytes:
        """A file's content.

        Raises `SourceError` naming the file where it cannot be read, is a link that leads out of
        the tree, is no regular file or is too large.
        """
        if file.is_symlink() and not self.holds(file):
            raise SourceError(
                f"{shown}: is a link that leads out of the tree, so it is not read",
                hint="Replace the link by the file, or run in the folder that contains them both.",
            )
        return read_limited(file, shown, self.max_size)

    def may_open(self, path: str, home: str) -> bool:
        """Whether a function of a module in the folder `home` may open a path.

        Both ways to read ``..`` behind a link have to stay in the tree.
        """
        return all(
            self._is_open(os.path.realpath(spelled), os.path.realpath(home))
            for spelled in (path, os.path.normpath(path))
        )

    def _is_open(self, real: str, home: str) -> bool:
        if not _is_in(real, self.tree):
            return False
        # Modules that `terraform init` installed lie in a hidden folder themselves.
        inside = os.path.relpath(real, home if _is_in(real, home) else self.tree)
        if inside != "." and any(map(_PRIVATE.fullmatch, Path(inside).parts)):
            return False
        try:
            found = os.stat(real)  # noqa: PTH116 - a Path costs more than the call
        except OSError:
            return True
        return stat.S_ISDIR(found.st_mode) or (
            stat.S_ISREG(found.st_mode) and found.st_size <= self.max_size
        )


def confines_of(named: str, max_size: int) -> Confines:
    """The confines of what the user named, a folder or a file in it."""
    real = Path(named).resolve()
    folder = real if real.is_dir() else real.parent
    for outer in (folder, *folder.parents):
        if outer.parent != outer and (outer / ".git").exists():
            return Confines(str(outer), max_size)
    working = Path.cwd()
    if working.parent != working and folder.is_relative_to(working):
        return Confines(str(working), max_size)
    return Confines(str(folder), max_size)


def _is_in(real: str, folder: str) -> bool:
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)
