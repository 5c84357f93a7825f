"""Files of a Git commit, so that a change cannot loosen the check that judges it.

All files that decide a check (configuration, policies, contracts, catalogs, baselines) are copied
from the commit into a separate folder and read from there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from toolkit.configuration.finding import NAME, SHARED, has_table
from toolkit.errors import SourceError, UsageError
from toolkit.files.commit import checked_out

#: The file types that can decide a check, and the maximum size in bytes.
_SUFFIXES: Final = (".toml", ".yaml", ".yml", ".json", ".gz")
_MOST: Final = 16 << 20


class Commit(Struct, frozen=True):
    """The deciding files of a commit in `folder`, at their paths in the commit.

    `root` is the root of the working tree; both paths are free of links. `ref` is the user's name
    for the commit.
    """

    ref: str
    root: str
    folder: str

    def path(self, named: str) -> str:
        """Return the commit's file for a file of the working tree; other paths are unchanged.

        The path is used as written: a link of the working tree must not lead to another file of the
        commit.
        """
        inside = self._inside(named)
        return named if inside is None else f"{self.folder}/{inside}"

    def _inside(self, named: str) -> str | None:
        for path in (os.path.abspath(named), os.path.realpath(named)):  # noqa: PTH100
            relative = os.path.relpath(path, self.root)
            if os.pardir not in Path(relative).parts:
                return "" if relative == "." else relative
        return None

    def told(self, text: str) -> str:
        """Return the text with the commit's files named as in Git: ``main:policy.yaml``."""
        return text.replace(f"{self.folder}/", f"{self.ref}:")

    def working(self, path: str) -> str:
        """Return the working tree's file for a commit's file, relative to the working folder."""
        if not path.startswith(f"{self.folder}/"):
            return path
        return os.path.relpath(f"{self.root}/{path.removeprefix(self.folder)}")

    def find(self, source: str) -> str | None:
        """Return the commit's configuration for a source, the nearest one up to the root; or
        None.
        """
        folder = source if os.path.isdir(source) else os.path.dirname(source)  # noqa: PTH112, PTH120
        here = self._inside(folder or ".")
        while here is not None:
            for name in (NAME, SHARED):
                path = "/".join(part for part in (self.folder, here, name) if part)
                if os.path.isfile(path) and (name == NAME or has_table(path)):  # noqa: PTH113
                    return path
            if not here:
                return None
            here = os.path.dirname(here)  # noqa: PTH120
        return None


@contextmanager
def files_of(ref: str, place: str) -> Iterator[Commit]:
    """Yield the commit that `ref` names in the repository around `place`, as a context manager.

    Raises `UsageError` if there is no repository, no such commit, or no git program.
    """
    with ExitStack() as stack:
        try:
            found = stack.enter_context(
                checked_out(
                    place if os.path.isdir(place) else os.path.dirname(place) or ".",  # noqa: PTH112, PTH120
                    ref,
                    environ=os.environ,
                    max_size=_MOST,
                    suffixes=_SUFFIXES,
                    # A link could lead to a document outside of the commit.
                    links=False,
                )
            )
        except SourceError as error:
            raise UsageError(f"--config-ref {ref}: {error.message}", hint=error.hint) from error
        yield Commit(ref, os.path.realpath(found.repository), found.path)
