"""Git commits as the source of a comparison: ``git:REF`` or ``git:REF:DIR``."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Final, Self

from toolkit.errors import SourceError
from toolkit.files.commit import Checkout, checked_out
from toolkit.files.opening import archive_of, is_folder
from toolkit.files.tree import tree_root
from toolkit.workflows.source_reading import is_terraform_text

#: The prefix of a source that is a Git commit.
GIT: Final = "git:"


class Commits:
    """Writes each commit out once, and removes all of them on exit.

    Only the first `open` of a commit starts git.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._stack = ExitStack()
        self._found: dict[tuple[str, str, int], Checkout | SourceError] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def folders(self) -> list[str]:
        """Return the folders of the open commits."""
        return [each.path for each in self._found.values() if isinstance(each, Checkout)]

    def prepare(self, base: str, head: str | None, max_size: int) -> None:
        """Open the commits that a comparison needs; `open` raises their errors later."""
        for source, other in ((base, head), (head, base)):
            if source is not None and other is not None and source.startswith(GIT):
                with suppress(SourceError):
                    self.open(source, other, max_size)

    def open(self, source: str, other: str, max_size: int) -> Checkout:
        """Return the commit of `source` from the repository that contains `other`.

        Raises `SourceError` as `checked_out` does.
        """
        ref = source.removeprefix(GIT).partition(":")[0]
        place = tree_root(folder_of(compared_with(other, max_size), max_size))
        key = place, ref, max_size
        if key not in self._found:
            reading = checked_out(place, ref, environ=self._environ, max_size=max_size)
            try:
                self._found[key] = self._stack.enter_context(reading)
            except SourceError as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, SourceError):
            raise found
        return found


def compared_with(other: str, max_size: int) -> str:
    """Return the path in the working tree that a commit without DIR stands for."""
    is_named = not other.startswith(GIT) and archive_of(other) is None
    return other if is_named and is_terraform_text(other, max_size) else "."


def folder_of(source: str, max_size: int) -> str:
    """Return the folder that a source's roots are relative to; for a file, its parent."""
    return source if is_folder(source, max_size) else posixpath.dirname(source) or "."
