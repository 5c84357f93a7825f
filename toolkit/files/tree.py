"""A tree of files, and the only code that opens files in it.

Paths are relative to the tree's root, use slashes and are normalized: "" is the root, and a path
that begins with ``..`` is outside. A link counts as its target if the target is in the tree. Each
path component is resolved separately, so that nothing outside is ever opened.
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

#: The default maximum size of a file in bytes.
MAX_SIZE: Final = 1 << 30
#: The maximum number of links in one path; Linux follows as many.
_MOST_LINKS: Final = 40


class Kind(Enum):
    """What is at a path."""

    FILE = "a file"
    FOLDER = "a folder"
    SPECIAL = "no regular file"
    MISSING = "no such file"
    OUTSIDE = "a link that leads out of the tree"


class FileRefusedError(Exception):
    """A path that is not opened; the reason is worded as the end of a sentence."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class Entry(Struct, frozen=True, order=True):
    """A name in a folder. For a link, `Tree.kind` returns the kind of its target."""

    name: str
    is_link: bool
    is_folder: bool


class Tree(Protocol):
    """A tree of files: a folder, or anything with the same methods. `root` is its name."""

    root: str

    def inner(self, path: str) -> str:
        """Return the path in the tree of a path that the user named."""

    def holder(self, path: str, /) -> tuple[FolderTree, str]:
        """Return the file on disk that holds a file of the tree: the file itself, or an archive."""

    def kind(self, path: str) -> Kind:
        """Return what is at the path."""

    def trail(self, path: str) -> Sequence[str]:
        """Return the links that the path leads through, then its target unless that is outside."""

    def entries(self, path: str) -> Sequence[Entry]:
        """Return the names in a folder, sorted. Raises `FileRefusedError`."""

    def read(self, path: str) -> bytes:
        """Return the content of a regular file. Raises `FileRefusedError`."""


class FolderTree:
    """A folder on disk; each file may have up to `max_size` bytes."""

    def __init__(self, root: str, max_size: int = MAX_SIZE) -> None:
        self.root = os.path.realpath(root)
        self._max_size = max_size
        #: Cache: folders with links resolved; None for folders outside of the tree.
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
            # Checked on the descriptor, because Python cannot open a folder as a stream.
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
        """Return the links that the path leads through, then its target unless that is outside."""
        links: list[str] = []
        try:
            end = self._real(path, links)
        except FileRefusedError:
            return links
        return [*links, end]

    def _on_disk(self, real: str) -> str:
        return f"{self.root}/{real}" if real else self.root

    def _folder(self, path: str) -> str:
        """Return the path of a folder with links resolved. Raises `FileRefusedError`."""
        if path not in self._folders:
            # Start at the nearest cached parent, so that parents are not resolved again for each
            # folder.
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
        """Return the path with links resolved. Raises `FileRefusedError` if missing or outside.

        Resolution begins at `start`, which has no links. The links on the way are added to `links`.
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
        """Return an absolute path relative to the root. Raises `FileRefusedError`."""
        root = self.root.rstrip("/") + "/"
        if not (target + "/").startswith(root):
            raise FileRefusedError(Kind.OUTSIDE, f"is {Kind.OUTSIDE.value}")
        return target[len(root) :]


def _unreadable(error: OSError | ValueError) -> FileRefusedError:
    """Return the error to raise.

    A name that has a null character or a lone surrogate, or that is too long, cannot exist.
    """
    missing = (FileNotFoundError, NotADirectoryError, ValueError)
    if isinstance(error, missing) or getattr(error, "errno", 0) == errno.ENAMETOOLONG:
        return FileRefusedError(Kind.MISSING, "does not exist")
    assert isinstance(error, OSError)  # noqa: S101 - all that is left
    return FileRefusedError(Kind.SPECIAL, f"cannot be read: {error.strerror}")


def tree_root(named: str) -> str:
    """Return the real path of the tree around a folder or file that the user named.

    The tree is the innermost Git repository around it. Outside of a repository, it is the working
    folder if that contains the path and is not the root of the file system, otherwise the folder
    itself.
    """
    real = os.path.realpath(named)
    folder = real if os.path.isdir(real) else os.path.dirname(real)  # noqa: PTH112, PTH120
    outer = repository(folder)
    if outer not in (None, "/"):
        return outer
    working = os.path.realpath(os.getcwd())  # noqa: PTH109
    if working != "/" and (folder + "/").startswith(working + "/"):
        return working
    return folder


def repository(folder: str) -> str | None:
    """Return the root of the Git repository around a folder without links, or None."""
    while not os.path.lexists(f"{folder}/.git"):
        if folder == os.path.dirname(folder):  # noqa: PTH120
            return None
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder


def joined(folder: str, path: str) -> str:
    """Return the normalized path of `path` as written in `folder`.

    A ``..`` removes the name before it.
    """
    found = posixpath.normpath(posixpath.join(folder, path))
    return "" if found == "." else found
