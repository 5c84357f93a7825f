"""A group that imports a command only when it is called.

Reading a plan needs no HTTP client, and help needs no command at all, so a command must not pay for
the imports of others. That is why the group holds the short help texts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from toolkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class LazyCommand(NamedTuple):
    """A command's name and its summary in the group's help; `command` is in the module `name`."""

    name: str
    summary: str


class HelpfulGroup(click.Group):
    """A group that suggests the nearest name for a misspelled command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        name = args[0]
        if name not in known and not name.startswith("-"):
            from toolkit.documents.wording import nearest

            near = nearest(name, known)
            hint = f"Did you mean '{near}'?" if near else f"Commands: {', '.join(known)}."
            raise UsageError(f"there is no command '{name}'", hint=hint)
        return super().resolve_command(ctx, args)


class LazyGroup(HelpfulGroup):
    """A group whose commands are modules of `package`."""

    def __init__(
        self,
        *args: Any,
        commands_on_call: Sequence[LazyCommand] = (),
        package: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commands_on_call = {entry.name: entry for entry in commands_on_call}
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands_on_call, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands_on_call:
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(f"{self.package}.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(c.name, c.summary) for c in self.commands_on_call.values()])
