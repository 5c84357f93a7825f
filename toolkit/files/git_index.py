"""The files that Git tracks, read from its index without running git.

A tracked file came with a commit, perhaps from a stranger; an untracked file was created here. The
format is Git's ``gitformat-index``, versions 2 to 4, with SHA-1 or SHA-256, split or sparse. Git
refuses to check out a path that contains ``.git``, so no commit can bring its own index.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from toolkit.lazily import pattern

_HEADER: Final = struct.Struct(">4sII")
_NUMBER: Final = struct.Struct(">I")
_VERSIONS: Final = (2, 3, 4)
#: The bytes of an entry before the object name: times, device, inode, mode, owner and size.
_STAT: Final = 40
_EXTENDED: Final = 0x4000
_FOLDER_MODE: Final = 0o040000
#: An index of a million files has about 100 MiB.
_MOST_BYTES: Final = 1 << 30
_LINK: Final = b"link"
_SHA1, _SHA256 = 20, 32
_SECTION: Final = pattern(r"\s*\[\s*([\w.-]+)[^\]]*\]\s*(.*)")
_OBJECT_FORMAT: Final = pattern(r"\s*objectformat\s*=\s*\"?(\w+)\"?", re.IGNORECASE)


class IndexUnreadableError(Exception):
    """An index that is missing or has an unknown format."""


class GitIndex:
    """The paths that the repository at `folder` tracks.

    Raises `IndexUnreadableError` if the index cannot be read. Paths are compared without case, as
    on some file systems.
    """

    def __init__(self, folder: str) -> None:
        self._files: set[str] = set()
        #: Folders that contain a tracked file.
        self._folders: set[str] = set()
        #: Folders that a sparse index lists without their content.
        self._collapsed: set[str] = set()
        for name, is_folder in _entries(folder):
            path = name.decode("utf-8", "surrogateescape").casefold()
            if is_folder:
                self._collapsed.add(path.rstrip("/"))
                continue
            self._files.add(path)
            parent = path.rpartition("/")[0]
            while parent and parent not in self._folders:
                self._folders.add(parent)
                parent = parent.rpartition("/")[0]

    def tracks(self, path: str) -> bool:
        """Whether Git tracks the file, anything in the folder, or a link on the way to it.

        `path` is relative to the repository, with slashes. A path that a sparse index does not list
        counts as tracked.
        """
        path = path.casefold()
        if path in self._folders:
            return True
        while path:
            if path in self._files or path in self._collapsed:
                return True
            path = path.rpartition("/")[0]
        return False


def git_index(folder: str) -> GitIndex | None:
    """Return the index of the repository at `folder`; None if it cannot be read."""
    try:
        found = os.stat(f"{_git_folder(folder)}/index")  # noqa: PTH116
    except (OSError, IndexUnreadableError):
        return _index(folder, None)
    return _index(folder, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=16)
def _index(folder: str, _stamp: tuple[int, ...] | None) -> GitIndex | None:
    """Return the cached index; hundreds of root modules share it. A new stamp rereads it."""
    try:
        return GitIndex(folder)
    except IndexUnreadableError:
        return None


def git_folders(folder: str) -> tuple[str, ...]:
    """Return the folders of the index and of the settings of the repository at `folder`, or ()."""
    try:
        home = _git_folder(folder)
    except IndexUnreadableError:
        return ()
    return home, _common_folder(home)


def _entries(folder: str) -> Iterator[tuple[bytes, bool]]:
    """Yield the names in the index, and whether each is a folder."""
    home = _git_folder(folder)
    hash_size = _hash_size(home)
    if not os.path.lexists(f"{home}/index") and os.path.lexists(f"{home}/HEAD"):
        # A repository without any added file.
        return iter(())
    names, link = _parsed(_read(f"{home}/index"), hash_size)
    if link is None:
        return names
    shared, deleted = _shared(link, hash_size)
    if not shared.strip(b"\0"):
        return names
    base, _ = _parsed(_read(f"{home}/sharedindex.{shared.hex()}"), hash_size)
    kept = (entry for at, entry in enumerate(base) if at not in deleted)
    # An entry without a name replaces an entry of the shared index and keeps that entry's name.
    return (entry for entries in (kept, names) for entry in entries if entry[0])


def _git_folder(folder: str) -> str:
    """Return the git folder. In a worktree or a submodule a file names it."""
    place = f"{folder}/.git"
    if os.path.isdir(place):  # noqa: PTH112
        return place
    text = _read(place)
    if not text.startswith(b"gitdir:"):
        raise IndexUnreadableError
    return os.path.join(folder, os.fsdecode(text.removeprefix(b"gitdir:").strip()))  # noqa: PTH118


def _common_folder(home: str) -> str:
    """Return the part of the git folder that all worktrees share."""
    try:
        common = os.fsdecode(_read(f"{home}/commondir").strip())
    except IndexUnreadableError:
        return home
    return os.path.join(home, common)  # noqa: PTH118


def _hash_size(home: str) -> int:
    """Return the bytes of an object name, from the configuration that all worktrees share."""
    text = _read(f"{_common_folder(home)}/config").decode("utf-8", "replace")
    section, found = "", "sha1"
    for line in text.splitlines():
        heading = _SECTION.match(line)
        if heading is not None:
            section, line = heading[1].lower(), heading[2]
        setting = _OBJECT_FORMAT.match(line) if section == "extensions" else None
        found = setting[1].lower() if setting is not None else found
    if found not in ("sha1", "sha256"):
        raise IndexUnreadableError
    return _SHA1 if found == "sha1" else _SHA256


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            if os.fstat(stream.fileno()).st_size > _MOST_BYTES:
                raise IndexUnreadableError
            return stream.read(_MOST_BYTES)
    except (OSError, ValueError) as error:
        raise IndexUnreadableError from error


def _parsed(data: bytes, hash_size: int) -> tuple[Iterator[tuple[bytes, bool]], bytes | None]:
    """Return the entries of an index, and its link extension if it is part of a split index."""
    try:
        magic, version, count = _HEADER.unpack_from(data)
        if magic != b"DIRC" or version not in _VERSIONS:
            raise IndexUnreadableError
        entries, at = _listed(data, version, count, hash_size)
        link = None
        while at < len(data) - hash_size:
            name, (size,) = data[at : at + 4], _NUMBER.unpack_from(data, at + 4)
            # As Git does: ignore an unknown extension only if it is optional.
            if not (name[:1].isupper() or name in (_LINK, b"sdir")):
                raise IndexUnreadableError
            link = data[at + 8 : at + 8 + size] if name == _LINK else link
            at += 8 + size
    except (struct.error, IndexError, ValueError) as error:
        raise IndexUnreadableError from error
    if at != len(data) - hash_size:
        raise IndexUnreadableError
    return iter(entries), link


def _listed(
    data: bytes, version: int, count: int, hash_size: int
) -> tuple[list[tuple[bytes, bool]], int]:
    """Return the entries of an index, and the offset of their end."""
    entries: list[tuple[bytes, bool]] = []
    at, name = _HEADER.size, b""
    flags_at = _STAT + hash_size
    for _ in range(count):
        (flags,) = struct.unpack_from(">H", data, at + flags_at)
        (mode,) = _NUMBER.unpack_from(data, at + 24)
        start = at + flags_at + (4 if flags & _EXTENDED else 2)
        if version == _VERSIONS[-1]:
            cut, start = _variable(data, start)
            if cut > len(name):
                raise IndexUnreadableError
            end = data.index(b"\0", start)
            name = name[: len(name) - cut] + data[start:end]
            at = end + 1
        else:
            end = data.index(b"\0", start)
            name = data[start:end]
            at += (end - at + 8) & ~7
        entries.append((name, mode == _FOLDER_MODE))
    return entries, at


def _variable(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, and the offset of its end."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = ((value + 1) << 7) | (data[at] & 0x7F)
    return value, at + 1


def _shared(link: bytes, hash_size: int) -> tuple[bytes, set[int]]:
    """Return the name of the shared index, and the positions of its deleted entries."""
    name, bitmap = link[:hash_size], link[hash_size:]
    if len(name) < hash_size:
        raise IndexUnreadableError
    try:
        return name, set(_bits(bitmap)) if bitmap else set()
    except struct.error as error:
        raise IndexUnreadableError from error


def _bits(bitmap: bytes) -> Iterator[int]:
    """Yield the positions of the bits that are set in an EWAH bitmap."""
    size, count = struct.unpack_from(">II", bitmap)
    words = struct.unpack_from(f">{count}Q", bitmap, 8)
    at = position = 0
    while at < count:
        word = words[at]
        running, literals = (word >> 1) & 0xFFFFFFFF, word >> 33
        if running * 64 > size + 64:
            raise IndexUnreadableError
        if word & 1:
            yield from range(position, min(position + running * 64, size))
        position += running * 64
        for literal in words[at + 1 : at + 1 + literals]:
            yield from (position + bit for bit in range(64) if literal >> bit & 1)
            position += 64
        at += 1 + literals
