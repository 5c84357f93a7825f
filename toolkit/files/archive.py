"""A zip archive as a tree of files, read in memory; nothing is unpacked to the disk.

The archive is untrusted. So its index is bounded before it is read, and its declared sizes are
checked before anything is unpacked.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from toolkit.errors import SourceError
from toolkit.files.named import open_named
from toolkit.files.tree import Entry, FileRefusedError, FolderTree, Kind, tree_root

#: The limit of files and folders in one archive; a complete export has some hundreds.
_MOST_MEMBERS: Final = 10_000
#: The limit of the archive's index in bytes: 10,000 names of about 300 characters.
_MOST_INDEX: Final = 4 << 20
#: The limits of characters in a name, and of folders around it.
_LONGEST: Final = 1_024
_DEEPEST: Final = 32
#: The maximum compression ratio of a file, and the size in bytes from which it applies.
_MOST_RATIO: Final = 250
_RATIO_FROM: Final = 1 << 20
#: General purpose flags: encrypted, strongly encrypted, masked header.
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_ABSOLUTE: Final = re.compile(r"/|[A-Za-z]:")
_UNPACK: Final = "Unpack it where you trust it, and name the folder."
_AGAIN: Final = "Make the archive again, or unpack it and name the folder."
#: What zipfile raises for a broken archive or for a file that is not an archive.
_BROKEN: Final = (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error)


class ArchiveTree:
    """A zip archive with members of at most `max_size` bytes in total.

    Raises `SourceError` for a broken archive, and for members that no Terraform archive has: links,
    names that lead out of it, encrypted members, and excessive compression ratios.
    """

    def __init__(self, archive: str, data: bytes, max_size: int) -> None:
        self.root = archive
        self._files: dict[str, ZipInfo | None] = {}
        self._folders: dict[str, dict[str, Entry]] = {"": {}}
        packed = _Packed(data)
        try:
            self._zip = ZipFile(packed)
        except _BROKEN as error:
            if packed.has_long_index:
                raise _too_many(archive) from error
            message = f"{archive}: cannot be read as a zip archive"
            raise SourceError(message, hint=_AGAIN) from error
        packed.is_open = True
        members = self._zip.infolist()
        if len(members) > _MOST_MEMBERS:
            raise _too_many(archive)
        if sum(member.file_size for member in members) > max_size:
            raise SourceError(
                f"{archive}: is larger than {max_size >> 20} MiB when it is unpacked",
                hint="To allow it, raise the limit: --max-size MIB.",
            )
        for member in members:
            self._add(member)

    def inner(self, path: str) -> str:
        found = os.path.relpath(path, self.root).replace(os.sep, "/")
        return "" if found == "." else found

    def holder(self, _path: str, /) -> tuple[FolderTree, str]:
        tree = FolderTree(tree_root(self.root))
        return tree, tree.inner(self.root)

    def kind(self, path: str) -> Kind:
        if path.partition("/")[0] == "..":
            return Kind.OUTSIDE
        if path in self._folders:
            return Kind.FOLDER
        return Kind.FILE if path in self._files else Kind.MISSING

    def trail(self, path: str) -> Sequence[str]:
        return () if self.kind(path) is Kind.OUTSIDE else (path,)

    def entries(self, path: str) -> Sequence[Entry]:
        if path not in self._folders:
            raise _refused(self.kind(path), "is not a folder")
        return sorted(self._folders[path].values())

    def read(self, path: str) -> bytes:
        if path not in self._files:
            kind = self.kind(path)
            raise _refused(kind, f"is {kind.value}")
        member = self._files[path]
        if member is None:
            raise FileRefusedError(Kind.SPECIAL, "stands in the archive twice")
        try:
            with self._zip.open(member) as stream:
                found = stream.read()
        except _BROKEN:
            raise FileRefusedError(Kind.FILE, "is broken in the archive") from None
        if len(found) != member.file_size:
            raise FileRefusedError(Kind.FILE, "is shorter than the archive says")
        return found

    def _add(self, member: ZipInfo) -> None:
        name = member.orig_filename.replace("\\", "/")
        self._refuse(member, name)
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if not parts:
            return
        is_folder = name.endswith(("/", "/."))
        folder = ""
        for number, part in enumerate(parts, 1):
            inner = f"{folder}/{part}" if folder else part
            holds = is_folder or number < len(parts)
            if inner in (self._files if holds else self._folders):
                raise SourceError(
                    f"{self.root}: has {inner} as a file and as a folder", hint=_AGAIN
                )
            self._folders[folder][part] = Entry(part, is_link=False, is_folder=holds)
            if holds:
                self._folders.setdefault(inner, {})
            else:
                self._files[inner] = None if inner in self._files else member
            folder = inner

    def _refuse(self, member: ZipInfo, name: str) -> None:
        """Raise `SourceError` for a member that is not allowed."""
        kind = stat.S_IFMT(member.external_attr >> 16)
        said, hint = "", _UNPACK
        if len(name) > _LONGEST or name.count("/") > _DEEPEST:
            said, name = "has a name that is too long, or in too many folders", name[:40] + "…"
        elif "\0" in name:
            said, hint = "has a name with a null character", _AGAIN
        elif _ABSOLUTE.match(name):
            said, hint = "has the name of a place on a disk", _AGAIN
        elif ".." in name.split("/"):
            said, hint = "has a name that leads out of it", _AGAIN
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            said = "has a link" if kind == stat.S_IFLNK else "has a device or a pipe"
        elif member.flag_bits & _ENCRYPTED:
            said = "has an encrypted file"
        elif member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            said, hint = "has a file that is packed in a way that is not read here", _AGAIN
        elif member.file_size > max(_RATIO_FROM, _MOST_RATIO * member.compress_size):
            said = f"has a file that is more than {_MOST_RATIO} times what is packed of it"
        if said:
            raise SourceError(f"{self.root}: {said} ({name})", hint=hint)


class _Packed(io.BytesIO):
    """The bytes of an archive. zipfile reads the index in one call, before `is_open` is set."""

    is_open = False
    has_long_index = False

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.is_open:
            left = len(self.getbuffer()) - self.tell()
            wanted = left if size is None or size < 0 else min(size, left)
            if wanted > _MOST_INDEX:
                self.has_long_index = True
                raise BadZipFile
        return super().read(size)


def read_archive(archive: str, max_size: int) -> ArchiveTree:
    """Return the archive with this path. Raises `SourceError`.

    The last archive is cached until its file changes, because each root module in it asks again.
    """
    try:
        found = os.stat(archive)  # noqa: PTH116
    except OSError as error:
        raise _unreadable(archive, error) from error
    # Compressed data is hardly ever larger than the content.
    if found.st_size > max_size:
        raise SourceError(
            f"{archive}: is larger than {max_size >> 20} MiB",
            hint="To allow it, raise the limit: --max-size MIB.",
        )
    return _read(archive, max_size, (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=1)
def _read(archive: str, max_size: int, _: tuple[int, ...]) -> ArchiveTree:
    try:
        with open_named(archive) as stream:
            data = stream.read(max_size + 1)
    except OSError as error:
        raise _unreadable(archive, error) from error
    return ArchiveTree(archive, data, max_size)


def _too_many(archive: str) -> SourceError:
    return SourceError(f"{archive}: has more than {_MOST_MEMBERS:,} files", hint=_UNPACK)


def _unreadable(archive: str, error: OSError) -> SourceError:
    return SourceError(f"{archive}: {error.strerror}", hint="Check the path and its permissions.")


def _refused(kind: Kind, reason: str) -> FileRefusedError:
    missing = {Kind.MISSING: "does not exist", Kind.OUTSIDE: "lies outside of the archive"}
    return FileRefusedError(kind, missing.get(kind, reason))
