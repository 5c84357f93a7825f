"""The commands of the program, and whether a command line that a page shows is one of theirs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click

from tests.docs.pages import fences
from toolkit.cli import cli

PROGRAM = "recording-toolkit"
#: What ends a command of a shell, and what a test of its words must not see.
_ENDS = {"|", "&", "&&", "||", ";", ">", "2>", ">>"}


def commands(
    command: click.Command = cli, words: str = PROGRAM
) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be called, by what one types."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, f"{words} {name}")


def lines_shown(text: str) -> Iterator[list[str]]:
    """The words of every command line of this program in the fenced blocks of a page."""
    for fence in fences(text):
        for line in fence.body.replace("\\\n", " ").splitlines():
            start = re.match(rf"^(\$ )?(.*\| )?{PROGRAM} ", line)
            if start is None or fence.language not in ("bash", "console", ""):
                continue
            words = shlex.split(line[start.end() :], comments=True)
            end = next((i for i, word in enumerate(words) if word in _ENDS), len(words))
            yield words[:end]


def complaint(words: list[str], command: click.Command = cli) -> str | None:
    """What is wrong with a command line, without running it; files need not be there."""
    if words[:1] in (["-h"], ["--help"]):
        return None
    if isinstance(command, click.Group):
        name, *rest = words
        inner = command.get_command(click.Context(command), name)
        return f"no command {name}" if inner is None else complaint(rest, inner)
    try:
        command.make_context(command.name, [*words])
    except click.ClickException as error:
        return error.format_message()
    return None
