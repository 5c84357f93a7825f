"""`catalog`: show, search and compile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click

from toolkit.cli.confined import confine_to
from toolkit.cli.lazy import HelpfulGroup
from toolkit.cli.options import bounding_options, catalog_option, day
from toolkit.cli.run import Run
from toolkit.errors import ExitCode

_F = TypeVar("_F", bound=Callable[..., Any])
_MOST_LISTED = 20
_MOST_FOUND = 5


@click.group(
    "catalog",
    cls=HelpfulGroup,
    short_help="Look up what operations, scopes and permissions mean.",
    epilog="""\b
Examples:
  recording-toolkit catalog search patch call participant
  recording-toolkit catalog show patchConversationsCallParticipant
""",
)
def command() -> None:
    """Look up what the operations of the published API need, and what its scopes and permissions
    open.
    """


def _format_option(function: _F) -> _F:
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(["text", "json"]),
        default="text",
        help="The output format. Default: text.",
    )(function)


def _all_option(function: _F) -> _F:
    return click.option("--all", "all_", is_flag=True, help="List all, however many.")(function)


@command.command(
    "show",
    short_help="Show what an operation needs, or what a scope or permission opens.",
    epilog="""\b
Examples:
  recording-toolkit catalog show patchConversationsCallParticipant
  recording-toolkit catalog show GET /api/v2/conversations/calls/1
  recording-toolkit catalog show conversations
  recording-toolkit catalog show conversation:call:record
  recording-toolkit catalog show recording:modify

\b
Exit status: 0, or 2 where there is no such name; the nearest ones are listed.
""",
)
@click.argument("name", nargs=-1, required=True)
@_all_option
@_format_option
@catalog_option
@bounding_options
@click.pass_context
def show(
    ctx: click.Context, name: tuple[str, ...], all_: bool, format_: str, catalog: str | None
) -> int:
    """Show what NAME is: an operation by its id or by METHOD and path, a scope, or a permission.

    For an operation, it shows which scopes and permissions it takes; for a scope or permission,
    which operations. Permissions are those that published operations ask for; the platform has
    more.
    """
    from toolkit.workflows import describe, open_catalog

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    entry = describe(" ".join(name), open_catalog(catalog))
    if format_ == "json":
        from toolkit.reporters.catalog_json import entry_json

        run.write(entry_json(entry))
    else:
        from toolkit.reporters.catalog_text import render_entry

        run.write(render_entry(entry, most=None if all_ else _MOST_LISTED))
    return ExitCode.OK.value


@command.command(
    "search",
    short_help="Find operations by words.",
    epilog="""\b
Examples:
  recording-toolkit catalog search patch call participant
  recording-toolkit catalog search recordingstate --all
  recording-toolkit catalog search queue members -f json

\b
Exit status: 0, or 2 where nothing has the words.
""",
)
@click.argument("words", nargs=-1, required=True)
@_all_option
@_format_option
@catalog_option
@bounding_options
@click.pass_context
def search(
    ctx: click.Context, words: tuple[str, ...], all_: bool, format_: str, catalog: str | None
) -> int:
    """Find the operations, scopes and permissions that have all of the WORDS.

    A word may be the beginning of a longer one. If no operation has all of them, those that have
    most are shown.
    """
    from toolkit.workflows import open_catalog
    from toolkit.workflows import search as find

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    matches = find(" ".join(words), open_catalog(catalog))
    if format_ == "json":
        from toolkit.reporters.catalog_json import matches_json

        run.write(matches_json(matches))
    else:
        from toolkit.reporters.catalog_text import render_matches

        run.write(render_matches(matches, most=None if all_ else _MOST_FOUND))
    return ExitCode.OK.value


@command.command(
    "compile",
    short_help="Make a catalog of an API document.",
    epilog="""\b
Examples:
  recording-toolkit catalog compile https://api.mypurecloud.com/api/v2/docs/swagger
  recording-toolkit catalog compile swagger.json --output our-catalog.jsonl.gz
  recording-toolkit check terraform/ --catalog our-catalog.jsonl.gz

\b
Exit status: 0; 2 for a document that cannot be read; 4 where it cannot be fetched.
Either way what was there is left as it is.
""",
)
@click.argument("source", type=click.Path())
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    default="genesys-catalog.jsonl.gz",
    show_default=True,
    help="Where to write the catalog; an older one is replaced.",
)
@click.option(
    "--date",
    "date_",
    metavar="DATE",
    callback=day,
    help="The date of the document. Default: today in UTC.",
)
@bounding_options
@click.pass_context
def compile_(ctx: click.Context, source: str, output: str, date_: date | None) -> int:
    """Compile a catalog from SOURCE: an OpenAPI 2 document or a facts table.

    Every region serves the OpenAPI 2 document at /api/v2/docs/swagger; SOURCE may be a file or an
    https:// address. The shipped catalog stays as it is; --catalog of the other commands uses the
    new one.
    """
    from toolkit.workflows import compile_document
    from toolkit.workflows.catalog_compiling import is_address

    run = ctx.ensure_object(Run)
    if not is_address(source):
        confine_to(run, ctx)
    today = date_ or datetime.now(UTC).date()
    header = compile_document(source, output, today=today.isoformat())
    run.write(
        f"{output}: {header.operations} operations, {len(header.scopes)} scopes and "
        f"{len(header.permissions)} permissions of {header.date}\n"
    )
    return ExitCode.OK.value
