"""Commands that only read: the kernel holds them to the files that they name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.cli.run import Run
from toolkit.files.opening import archive_of


def confine_to(run: Run, *given: Mapping[str, Any], also: Iterable[str] = ()) -> None:
    """Let the rest of the process read nothing but what the options of a command name.

    Only where the process is the command's own.
    """
    if run.owns_process:
        from toolkit.confinement import confine

        confine({*also, *(each for options in given for each in _paths(options.values()))})


def _paths(values: Iterable[Any]) -> Iterator[str]:
    """Those that are there, of all that is given: an option takes the name or the path of a policy
    alike. What is named in an archive is read from that.
    """
    for each in values:
        if isinstance(each, tuple | list):
            yield from _paths(each)
        elif isinstance(each, str) and each and os.path.lexists(path := archive_of(each) or each):
            yield path
