"""Write files that the command line names: whole or not at all, and never through a link.

In an untrusted tree, the path of a report may be a link to a file that only the user who runs the
check can write to.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from toolkit.files.named import refuse_leading_out

#: Descriptors and devices are links themselves, and a user who names one means its target.
_OF_THE_SYSTEM: Final = ("/dev/", "/proc/")
_FLAGS: Final = (
    os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
)


def refuse_link(path: str | os.PathLike[str]) -> None:
    """Raise OSError for a path that is a link, or that leads out of its tree through a link."""
    text = os.fspath(path)
    if not _is_of_the_system(text):
        if os.path.islink(text):  # noqa: PTH114
            raise OSError(errno.ELOOP, "is a link, and links are not followed", text)
        refuse_leading_out(text)


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, so that readers see either the old content or all of the new.

    An existing file keeps its mode. A pipe or a device is written directly. Raises OSError as
    `refuse_link` does, and if the file cannot be written.
    """
    text = os.fspath(path)
    refuse_link(text)
    try:
        mode = os.lstat(text).st_mode
    except FileNotFoundError:
        mode = None
    if _is_of_the_system(text) or (mode is not None and not stat.S_ISREG(mode)):
        with open(text, "wb") as stream:  # noqa: PTH123
            stream.write(data)
        return
    if mode is not None and not os.access(text, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), text)
    # In the same folder, because a rename is atomic only within one file system.
    folder, name = os.path.split(text)
    draft = os.path.join(folder, f".{name[:200]}.{os.getpid()}.tmp")  # noqa: PTH118
    try:
        with open(os.open(draft, _FLAGS | os.O_EXCL, 0o666), "wb") as stream:  # noqa: PTH123
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            os.chmod(draft, stat.S_IMODE(mode))  # noqa: PTH101
        os.replace(draft, text)  # noqa: PTH105
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)  # noqa: PTH108


def _is_of_the_system(path: str) -> bool:
    return os.path.abspath(path).startswith(_OF_THE_SYSTEM)  # noqa: PTH100
