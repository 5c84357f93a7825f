"""The options of a start, and the question before it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from toolkit.cli.options import contract_option
from toolkit.errors import UsageError

_F = TypeVar("_F", bound=Callable[..., Any])


def start_options(function: _F) -> _F:
    """Add the options of a probe that say what is started, and how far it goes."""
    options = (
        contract_option,
        click.option("--session-id", metavar="ID", help="The recording session to start on."),
        click.option(
            "--conversation-id", metavar="ID", help="The conversation that is to be recorded."
        ),
        click.option("--participant-id", metavar="ID", help="The participant of the call."),
        click.option(
            "--event",
            metavar="FILE",
            type=click.Path(),
            help="Take the ids from the JSON of a conversation's webhook or event.",
        ),
        click.option(
            "--payload",
            metavar="FILE",
            type=click.Path(),
            help="Send this JSON instead of the smallest payload.",
        ),
        click.option(
            "--wait",
            metavar="SECONDS",
            type=click.FloatRange(0, 3600),
            default=0.0,
            help="Wait this long for the session to become active. Default: look once.",
        ),
        click.option(
            "--preflight",
            is_flag=True,
            help="Only ask who the client is and what it may do.",
        ),
        click.option("--dry-run", is_flag=True, help="Stop before the start."),
        click.option("-y", "--yes", is_flag=True, help="Start without asking."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def ask_to_start(what: str) -> None:
    """Ask before a start. Raises UsageError if nobody can answer, or if the answer is no."""
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "a start acts on a real conversation, and there is nobody to ask",
            hint="Give --yes, or stop before the start: --dry-run, --preflight.",
        )
    click.echo(f"This starts the recording of a real conversation:\n  {what}", err=True)
    try:
        agreed = click.confirm("Go on?", err=True)
    except click.Abort:
        # The cursor is after the question.
        click.echo(err=True)
        raise
    if not agreed:
        raise UsageError(
            "nothing was started: the answer was no",
            hint="Without a start: --dry-run, --preflight.",
        )
