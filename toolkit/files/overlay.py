"""A folder with replaced content for some of its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from toolkit.files.tree import MAX_SIZE, FolderTree

NOTHING: Final[Mapping[str, bytes]] = {}


class OverlaidTree(FolderTree):
    """A folder on disk in which `overlay` replaces the content of some files.

    `overlay` maps the real path of an existing file to its content.
    """

    def __init__(self, root: str, overlay: Mapping[str, bytes], max_size: int = MAX_SIZE) -> None:
        super().__init__(root, max_size)
        self._overlay = overlay

    def read(self, path: str) -> bytes:
        folder, _, name = path.rpartition("/")
        real = self._on_disk("/".join(filter(None, (self._folder(folder), name))))
        found = self._overlay.get(real)
        return super().read(path) if found is None else found
