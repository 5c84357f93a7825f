"""What callers of the workflows may give, and how it is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TypeAlias

#: A path, or a name that stands for a file: a shipped policy, ``-`` for standard input.
PathName: TypeAlias = str | os.PathLike[str]
#: Given a line for people.
Tell: TypeAlias = Callable[[str], None]


def silent(_line: str) -> None:
    """Tell nobody."""


def each_path(given: PathName | Iterable[PathName]) -> tuple[str, ...]:
    """The paths as text. One that is not in a list is one path, not its letters."""
    if isinstance(given, str | os.PathLike):
        return (os.fspath(given),)
    return tuple(os.fspath(each) for each in given)
