"""The commands of the program, and whether a command line in a page is one of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click

from tests.docs.pages import fences
from toolkit.cli import cli

PROGRAM = "recording-toolkit"
#: The tokens that end a shell command; a check of its words must stop there.
_ENDS = {"|", "&", "&&", "||", ";", ">", "2>", ">>"}


def commands(
    command: click.Command = cli, words: str = PROGRAM
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that can be called, by what a user types."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, f"{words} {name}")


_LINE = re.compile(rf"^ *(?:- )?(?:run: )?(?:\$ )?(?:.*\| )?{PROGRAM} ")
_SPAN = re.compile(rf"`{PROGRAM} ([^`\n]* -[^`\n]*)`")


def lines_shown(text: str) -> Iterator[list[str]]:
    """Yield the words of every command line of this program in a page.

    Includes command lines in fenced blocks, examples in a command's help among them, and those in
    the text with an option; a command without an option is only named there.
    """
    prose = text
    for fence in fences(text):
        prose = prose.replace(fence.body, "")
        for line in fence.body.replace("\\\n", " ").splitlines():
            start = _LINE.match(line)
            if start is not None:
                yield _words(line[start.end() :])
    for span in _SPAN.findall(prose):
        yield _words(span)


def _words(line: str) -> list[str]:
    words = shlex.split(line, comments=True)
    return words[: next((i for i, word in enumerate(words) if word in _ENDS), len(words))]


def complaint(words: list[str], command: click.Command = cli) -> str | None:
    """Return what is wrong with a command line, without running it; files need not exist."""
    if words[:1] in (["-h"], ["--help"]):
        return None
    if isinstance(command, click.Group):
        name, *rest = words
        inner = command.get_command(click.Context(command), name)
        return f"no command {name}" if inner is None else complaint(rest, inner)
    try:
        command.make_context(command.name, [*words]).close()
    except click.ClickException as error:
        return error.format_message()
    return None
