"""Records which files are opened, through the kernel's inotify."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from types import TracebackType

_ACCESS, _OPEN = 0x1, 0x20
_HEAD = struct.Struct("iIII")


class Watch:
    """A context manager that records the names of files that are opened or read in folders."""

    def __init__(self, *folders: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert self._fd >= 0, os.strerror(ctypes.get_errno())
        for folder in folders:
            watched = libc.inotify_add_watch(self._fd, os.fsencode(folder), _ACCESS | _OPEN)
            assert watched >= 0, os.strerror(ctypes.get_errno())

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._fd)

    def opened(self) -> set[str]:
        """Return the names since the last call; "" for a folder that was listed."""
        names: set[str] = set()
        while True:
            try:
                data = os.read(self._fd, 65536)
            except BlockingIOError:
                return names
            at = 0
            while at < len(data):
                *_, length = _HEAD.unpack_from(data, at)
                at += _HEAD.size
                names.add(data[at : at + length].rstrip(b"\0").decode())
                at += length
