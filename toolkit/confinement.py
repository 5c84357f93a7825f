"""Gives up access, enforced by the kernel, before a command reads untrusted files.

On Linux, Landlock refuses to start programs and to read any file except the named ones, the trees
around them, and the files of the interpreter; seccomp refuses sockets. Writing is not restricted,
for the reports. This is a second line of defence: on platforms without these features, the first
one, `toolkit.files`, is unchanged.

Only the process of a command asks for it. A program that calls the library is not confined.

The numbers are from Linux's ``landlock(7)``, ``seccomp(2)`` and the system call tables.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from toolkit.files.git_index import git_folders
from toolkit.files.named import refuse_leading_out
from toolkit.files.tree import tree_root

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION: Final = 1
_BENEATH: Final = 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
#: A 32-bit Python on such a machine uses other system call numbers.
_IS_64_BIT: Final = sys.maxsize > 1 << 32
#: By machine: its audit number, and the numbers of `socket` and `io_uring_setup`, which also
#: creates sockets.
_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 425)),
    "aarch64": (0xC00000B7, (198, 425)),
}
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
#: The x32 ABI has its own numbers, from here on, for the same system calls.
_X32: Final = 0x40000000
#: What an interpreter and its libraries open by themselves. None of it is user data.
_OF_THE_SYSTEM: Final = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"),
    *("/nix/store", "/gnu/store"),
    *("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/dev/tty"),
)


def confine(named: Iterable[str]) -> tuple[str, ...]:
    """Give up, until the process ends, all access that reading the `named` files does not need.

    Return what was given up, named as in `offered`.
    """
    call = _system_calls()
    if call is None:
        return ()
    files = _landlock(call, {*_of_the_interpreter(), *_around(named)})
    sockets = _seccomp(call)
    return _named(files=files, sockets=sockets)


def offered() -> tuple[str, ...]:
    """Return which of ``files``, ``programs`` and ``sockets`` the kernel can refuse here."""
    call = _system_calls()
    if call is None:
        return ()
    has_landlock = call("syscall", _CREATE_RULESET, None, 0, _VERSION) > 0
    return _named(files=has_landlock, sockets=_calls_are_known())


def _calls_are_known() -> bool:
    return _IS_64_BIT and platform.machine() in _CALLS and sys.byteorder == "little"


def _named(*, files: bool, sockets: bool) -> tuple[str, ...]:
    return (*(("files", "programs") if files else ()), *(("sockets",) if sockets else ()))


def _around(named: Iterable[str]) -> Iterator[str]:
    """Yield the named files, the trees around them, and the folders of their Git indexes."""
    for each in named:
        with suppress(OSError):  # A link that leads out is refused when it is read.
            refuse_leading_out(each)
            tree = tree_root(each)
            # A file may be in the root of the file system, which is shared by all.
            yield from (each, *(() if tree == "/" else (tree, *git_folders(tree))))


def _of_the_interpreter() -> Iterator[str]:
    yield from (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    yield from (each for each in os.environ.get("LD_LIBRARY_PATH", "").split(":") if each)
    yield os.path.dirname(__file__)  # noqa: PTH120
    yield from _OF_THE_SYSTEM
    working = os.path.realpath(".")
    for each in filter(None, sys.path):
        yield each
        # In the working folder, links may be a stranger's.
        if os.path.realpath(each) != working:
            yield from _linked(each)


def _linked(folder: str) -> Iterator[str]:
    """Yield the targets of links in a folder of Python: some installers link each file."""
    with suppress(OSError), os.scandir(folder) as entries:
        for each in entries:
            if each.is_symlink():
                yield os.path.realpath(each.path)
            elif os.path.islink(first := f"{each.path}/__init__.py"):  # noqa: PTH114
                yield os.path.dirname(os.path.realpath(first))  # noqa: PTH120


def _landlock(call: Callable[..., int], readable: Iterable[str]) -> bool:
    handled = _EXECUTE | _READ_FILE | _READ_FOLDER
    ruleset = call("syscall", _CREATE_RULESET, struct.pack("Q", handled), 8, 0)
    if ruleset < 0:
        return False
    try:
        for each in readable:
            _add(call, ruleset, each)
        call("prctl", _SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return call("syscall", _RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _add(call: Callable[..., int], ruleset: int, path: str) -> None:
    """Allow reading a file, or everything in a folder. A missing path needs no rule."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (OSError, ValueError):
        return
    try:
        is_folder = os.path.isdir(path)  # noqa: PTH112
        access = _READ_FILE | _READ_FOLDER if is_folder else _READ_FILE
        call("syscall", _ADD_RULE, ruleset, _BENEATH, struct.pack("=Qi", access, opened), 0)
    finally:
        os.close(opened)


def _seccomp(call: Callable[..., int]) -> bool:
    if not _calls_are_known():
        return False
    audit, refused = _CALLS[platform.machine()]
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),
        (_IF_AT_LEAST, len(refused) + 1, 0, _X32),
        *((_IF_EQUAL, len(refused) - at, 0, number) for at, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer))
    call("prctl", _SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return call("prctl", _SET_SECCOMP, _FILTER, program, 0, 0) == 0


def _system_calls() -> Callable[..., int] | None:
    """Return a function that calls the C library by name and arguments; None if not on Linux."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        library: Any = ctypes.CDLL(None)
    except OSError:
        return None

    def call(name: str, *arguments: Any) -> int:
        whole = (ctypes.c_long(each) if isinstance(each, int) else each for each in arguments)
        return int(getattr(library, name)(*whole))

    return call
