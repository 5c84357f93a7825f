"""Confine commands that only read, so that the kernel restricts them to the named files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, Final

import click

from toolkit.cli.run import Run
from toolkit.files.opening import archive_of

#: Options that also accept the name of a shipped policy or contract.
_NAMES_OR_PATHS: Final = ("policies", "contract")


def confine_to(run: Run, *given: click.Context, also: Iterable[str] = ()) -> None:
    """Restrict the rest of the process to reading what the options of a command name.

    This applies only if the command owns the process.
    """
    if run.owns_process:
        from toolkit.confinement import confine

        confine({*also, *(each for ctx in given for each in _paths(_named(ctx)))})


def _named(ctx: click.Context) -> Iterator[Any]:
    """Yield the values of options that take a path.

    Other options are left out, because a configuration may put any path into them.
    """
    for each in ctx.command.params:
        if isinstance(each.type, click.Path) or each.name in _NAMES_OR_PATHS:
            yield ctx.params.get(each.name or "")


def _paths(values: Iterable[Any]) -> Iterator[str]:
    """Yield the existing paths. For a path in an archive, yield the archive."""
    for each in values:
        if isinstance(each, tuple | list):
            yield from _paths(each)
        elif isinstance(each, str) and each and os.path.lexists(path := archive_of(each) or each):
            yield path
