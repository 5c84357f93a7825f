"""The file format of a catalog: JSON Lines, compressed in two parts.

The first line is the header, with the names of all scopes and permissions. Each further line is an
operation. The parts are gzip members of one file, so that looking up a name does not unpack the
operations, and ``zcat`` shows everything.
"""

import zlib
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from toolkit.contracts.contract import Operation, PermissionMode, Permissions, UserContext
from toolkit.errors import CatalogError

FORMAT: Final = "recording-toolkit-catalog"
#: The maximum size of each part in bytes, unpacked. The whole published API takes less than 1 MiB.
MAX_PART: Final = 64 << 20
_GZIP: Final = 31
_HINT: Final = "recording-toolkit catalog compile makes one of an API document."

#: Names and paths of an API: printable, no space, no terminal control characters.
Name = Annotated[str, Meta(pattern=r"^[!-~]+$(?!\n)", max_length=1000)]
#: A date, or a month if the day is not known.
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$(?!\n)")]


class Header(Struct, frozen=True):
    """The origin of a catalog, and every name in it.

    `date` is the date of the source; `source` says what the catalog was compiled from. `scopes`
    maps names to the source's descriptions, which may be empty. `permissions` are those that
    operations require.
    """

    format: Literal["recording-toolkit-catalog"]
    version: Literal[1]
    date: Day
    source: str
    operations: int
    scopes: dict[Name, str]
    permissions: tuple[Name, ...]


class Needed(Struct, frozen=True):
    """The permissions that an operation requires."""

    mode: PermissionMode
    names: tuple[Name, ...] = ()


class Entry(Struct, frozen=True, omit_defaults=True):
    """One operation. Any one of `scopes` is enough. None means unknown, also for `permissions`."""

    id: Name
    method: Annotated[str, Meta(pattern=r"^[A-Z]{1,10}$(?!\n)")]
    path: Name
    scopes: tuple[Name, ...] | None
    permissions: Needed | None
    user_context: UserContext = UserContext.NO
    summary: str = ""

    def operation(self) -> Operation:
        """Return the operation in the form of a contract, with each scope as an alternative."""
        scopes = self.scopes
        asked = self.permissions
        return Operation(
            id=self.id,
            method=self.method,
            path=self.path,
            summary=self.summary,
            scopes=None if scopes is None else tuple((scope,) for scope in scopes) or ((),),
            permissions=None if asked is None else Permissions(asked.mode, asked.names),
            user_context=self.user_context,
        )


def pack(header: Header, entries: list[Entry]) -> bytes:
    """Return the bytes of the catalog: the same for the same content and the same zlib."""
    lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
    return _packed(msgspec.json.encode(header) + b"\n") + _packed(lines)


def unpack_header(data: bytes, name: str) -> tuple[Header, bytes]:
    """Return the header and the bytes after it. Raises CatalogError with the catalog's `name`."""
    first, rest = _unpacked(data, name)
    try:
        return msgspec.json.decode(first, type=Header), rest
    except msgspec.DecodeError as error:
        raise CatalogError(f"{name}: not a catalog of this version", hint=_HINT) from error


def unpack_lines(rest: bytes, name: str) -> bytes:
    """Return the lines of the operations from the rest of `unpack_header`. Raises CatalogError."""
    lines, more = _unpacked(rest, name)
    if more:
        raise CatalogError(f"{name}: something follows the catalog", hint=_HINT)
    return lines


def entry_of(line: bytes, name: str) -> Entry:
    """Return the entry in a line. Raises CatalogError for a line that is not an operation."""
    try:
        return msgspec.json.decode(line, type=Entry)
    except msgspec.DecodeError as error:
        raise CatalogError(f"{name}: the catalog is damaged", hint=_HINT) from error


def beginning_of(operation_id: str) -> bytes:
    """Return the beginning of an operation's line."""
    return b'{"id":' + msgspec.json.encode(operation_id) + b","


def _packed(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def _unpacked(data: bytes, name: str) -> tuple[bytes, bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(data, MAX_PART)
    except zlib.error as error:
        raise CatalogError(f"{name}: not a compiled catalog", hint=_HINT) from error
    if not unpacker.eof:
        what = "larger than any catalog" if unpacker.unconsumed_tail else "cut off"
        raise CatalogError(f"{name}: not a compiled catalog: it is {what}", hint=_HINT)
    return plain, unpacker.unused_data
