"""A tree of files, and the one opener of what lies in it.

Paths are relative to the tree's root, with slashes, and normal: "" is the root, and one that begins
with ``..`` lies outside. A link counts as what it leads to, as long as that lies in the tree; each
component is looked at by itself, so that nothing outside is.
"""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Sequence
from enum import Enum
from typing import Final, Protocol

from msgspec import Struct

#: Bytes that a file may have where nothing else is said.
MAX_SIZE: Final = 1 << 30
#: Links that one path may lead through, as many as Linux follows.
_MOST_LINKS: Final = 40


class Kind(Enum):
    """What a path leads to."""

    FILE = "a file"
    FOLDER = "a folder"
    SPECIAL = "no regular file"
    MISSING = "no such file"
    OUTSIDE = "a link that leads out of the tree"


class FileRefusedError(Exception):
    """A path that is not opened, and why, as the end of a sentence."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class Entry(Struct, frozen=True, order=True):
    """A name in a folder; `is_link` says that its kind is that of something else."""

    name: str
    is_link: bool
    is_folder: bool


class Tree(Protocol):
    """What holds files: a folder, or anything that answers the same. `root` is how it is named."""

    root: str

    def inner(self, path: str) -> str:
        """Where a path, as the user names it, lies in the tree."""

    def holder(self, path: str, /) -> tuple[FolderTree, str]:
        """The file of the disk that holds a file of the tree: it itself, or an archive."""

    def kind(self, path: str) -> Kind:
        """What a path leads to."""

    def trail(self, path: str) -> Sequence[str]:
        """The links that a path leads through, and where it ends unless that is outside."""

    def entries(self, path: str) -> Sequence[Entry]:
        """The names in a folder, sorted. Raises `FileRefusedError`."""

    def read(self, path: str) -> bytes:
        """The content of a regular file. Raises `FileRefusedError`."""


class FolderTree:
    """A folder of the disk, of which each file may have `max_size` bytes."""

    def __init__(self, root: str, max_size: int = MAX_SIZE) -> None:
        self.root = os.path.realpath(root)
        self._max_size = max_size
        #: Folders by their path without links; None for those that lie outside.
        self._folders: dict[str, str | None] = {"": ""}

    def inner(self, path: str) -> str:
        found = os.path.relpath(os.path.realpath(path), self.root)
        return "" if found == "." else found

    def holder(self, path: str, /) -> tuple[FolderTree, str]:
        return self, path

    def kind(self, path: str) -> Kind:
        try:
            real = self._real(path)
        except FileRefusedError as error:
            return error.kind
        try:
            mode = os.lstat(self._on_disk(real)).st_mode
        except (OSError, ValueError):
            return Kind.MISSING
        if stat.S_ISDIR(mode):
            return Kind.FOLDER
        return Kind.FILE if stat.S_ISREG(mode) else Kind.SPECIAL

    def entries(self, path: str) -> Sequence[Entry]:
        try:
            with os.scandir(self._on_disk(self._folder(path))) as found:
                return sorted(
                    Entry(e.name, e.is_symlink(), e.is_dir(follow_symlinks=False)) for e in found
                )
        except OSError as error:
            raise _unreadable(error) from error

    def read(self, path: str) -> bytes:
        folder, _, name = path.rpartition("/")
        real = posixpath.join(self._folder(folder), name)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        try:
            descriptor = os.open(self._on_disk(real), flags)
        except (OSError, ValueError) as error:
            target = self._real(path)
            if target == real:
                raise _unreadable(error) from error
            return self.read(target)
        try:
            # Before it is opened as a stream, which Python does with no folder.
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                kind = Kind.FOLDER if stat.S_ISDIR(found.st_mode) else Kind.SPECIAL
                raise FileRefusedError(kind, f"is {kind.value}")
            if found.st_size > self._max_size:
                raise FileRefusedError(Kind.FILE, f"is larger than {self._max_size >> 20} MiB")
            with open(descriptor, "rb", closefd=False) as stream:
                return stream.read(self._max_size)
        finally:
            os.close(descriptor)

    def trail(self, path: str) -> list[str]:
        """The links that a path leads through, and where it ends unless that is outside."""
        links: list[str] = []
        try:
            end = self._real(path, links)
        except FileRefusedError:
            return links
        return [*links, end]

    def _on_disk(self, real: str) -> str:
        return f"{self.root}/{real}" if real else self.root

    def _folder(self, path: str) -> str:
        """The path of a folder without links. Raises `FileRefusedError`."""
        if path not in self._folders:
            # A way into many folders is not gone from its beginning for each of them.
            above = path.rpartition("/")[0]
            while above not in self._folders:
                above = above.rpartition("/")[0]
            try:
                self._folders[path] = self._real(path[len(above) :], start=self._folder(above))
            except FileRefusedError as error:
                if error.kind is not Kind.OUTSIDE:
                    raise
                self._folders[path] = None
        found = self._folders[path]
        if found is None:
            raise FileRefusedError(Kind.OUTSIDE, f"is behind {Kind.OUTSIDE.value}")
        return found

    def _real(self, path: str, links: list[str] | None = None, *, start: str = "") -> str:
        """The path without links. Raises `FileRefusedError` where it is missing, or outside.

        It goes on from `start`, which has none. `links` takes those on the way.
        """
        waiting = path.split("/")[::-1] if path else []
        real = start.split("/") if start else []
        links = [] if links is None else links
        while waiting:
            name = waiting.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if not real:
                    raise FileRefusedError(Kind.OUTSIDE, "lies outside of the tree")
                real.pop()
                continue
            here = self._on_disk("/".join([*real, name]))
            try:
                is_link = stat.S_ISLNK(os.lstat(here).st_mode)
                target = os.readlink(here) if is_link else None  # noqa: PTH115
            except (OSError, ValueError) as error:
                raise _unreadable(error) from error
            if target is None:
                real.append(name)
                continue
            links.append("/".join([*real, name]))
            if len(links) > _MOST_LINKS:
                raise FileRefusedError(Kind.SPECIAL, "is a link that leads in a circle")
            if target.startswith("/"):
                real = []
                target = self._within(target)
            waiting += target.split("/")[::-1]
        return "/".join(real)

    def _within(self, target: str) -> str:
        """An absolute path relative to the root. Raises `FileRefusedError`."""
        root = self.root.rstrip("/") + "/"
        if not (target + "/").startswith(root):
            raise FileRefusedError(Kind.OUTSIDE, f"is {Kind.OUTSIDE.value}")
        return target[len(root) :]


def _unreadable(error: OSError | ValueError) -> FileRefusedError:
    """No file has a name with a null character or with half of one, or one that is too long."""
    missing = (FileNotFoundError, NotADirectoryError, ValueError)
    if isinstance(error, missing) or getattr(error, "errno", 0) == errno.ENAMETOOLONG:
        return FileRefusedError(Kind.MISSING, "does not exist")
    assert isinstance(error, OSError)  # noqa: S101 - all that is left
    return FileRefusedError(Kind.SPECIAL, f"cannot be read: {error.strerror}")


def tree_root(named: str) -> str:
    """The real path of the tree around a folder or file that the user named.

    It is the innermost Git repository around it; outside of one, the working folder where it
    contains that and is not the root of the file system; else that folder itself.
    """
    real = os.path.realpath(named)
    folder = real if os.path.isdir(real) else os.path.dirname(real)  # noqa: PTH112, PTH120
    outer = folder
    while outer != os.path.dirname(outer):  # noqa: PTH120
        if os.path.lexists(f"{outer}/.git"):
            return outer
        outer = os.path.dirname(outer)  # noqa: PTH120
    working = os.path.realpath(os.getcwd())  # noqa: PTH109
    if working != "/" and (folder + "/").startswith(working + "/"):
        return working
    return folder


def joined(folder: str, path: str) -> str:
    """A path as it is written in a folder of the tree; ``..`` undoes the name before it."""
    found = posixpath.normpath(posixpath.join(folder, path))
    return "" if found == "." else found
