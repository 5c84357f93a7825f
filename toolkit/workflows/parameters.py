"""Types of the workflows' arguments, and how they are normalized."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TypeAlias

#: A path, or a name that stands for a file: a shipped policy, ``-`` for standard input.
PathName: TypeAlias = str | os.PathLike[str]
#: Receives a line for people.
Tell: TypeAlias = Callable[[str], None]


def silent(_line: str) -> None:
    """Discard the line."""


def each_path(given: PathName | Iterable[PathName]) -> tuple[str, ...]:
    """Return the paths as text. A lone string is one path, not a list of letters."""
    if isinstance(given, str | os.PathLike):
        return (os.fspath(given),)
    return tuple(os.fspath(each) for each in given)
