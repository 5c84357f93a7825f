"""Commands that only read: the kernel holds them to the files that they name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, Final

import click

from toolkit.cli.run import Run
from toolkit.files.opening import archive_of

#: What a policy or a contract that ships is named by, too.
_NAMES_OR_PATHS: Final = ("policies", "contract")


def confine_to(run: Run, *given: click.Context, also: Iterable[str] = ()) -> None:
    """Let the rest of the process read nothing but what the options of a command name.

    Only where the process is the command's own.
    """
    if run.owns_process:
        from toolkit.confinement import confine

        confine({*also, *(each for ctx in given for each in _paths(_named(ctx)))})


def _named(ctx: click.Context) -> Iterator[Any]:
    """What the options that take a path are given. In others a configuration may say any path."""
    for each in ctx.command.params:
        if isinstance(each.type, click.Path) or each.name in _NAMES_OR_PATHS:
            yield ctx.params.get(each.name or "")


def _paths(values: Iterable[Any]) -> Iterator[str]:
    """Those that are there, of all that is given. What is named in an archive is read from that."""
    for each in values:
        if isinstance(each, tuple | list):
            yield from _paths(each)
        elif isinstance(each, str) and each and os.path.lexists(path := archive_of(each) or each):
            yield path
