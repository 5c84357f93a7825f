"""Confine commands that only read, so that the kernel restricts them to the named files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from toolkit.cli.run import Run
from toolkit.files.opening import archive_of

if TYPE_CHECKING:
    from toolkit.cli.configured import Chosen

#: Options that also accept the name of a shipped policy or contract.
_NAMES_OR_PATHS: Final = ("policies", "contract", "contracts")


def confine_to(
    run: Run, *given: click.Context, of: Chosen | None = None, also: Iterable[str] = ()
) -> None:
    """Restrict the rest of the process to reading what the options of a command name.

    This applies only if the command owns the process, and does not need the network or Terraform.
    """
    params = [each.params for each in given]
    if not run.owns_process or any(each.get("live") or each.get("saved_plans") for each in params):
        return
    from toolkit.confinement import confine

    folders = [] if of is None else [of.loaded.folder]
    if of is not None and of.commit is not None:
        folders.append(of.commit.folder)
    named = (each for ctx in given for each in _paths(_named(ctx)))
    confine({*also, *folders, *named})


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
