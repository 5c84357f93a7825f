"""`config`: show the configuration file."""

from __future__ import annotations

import json

import click
from click.core import ParameterSource

from toolkit.cli.configured import ConfiguredCommand, chosen, configuration_options
from toolkit.cli.lazy import HelpfulGroup
from toolkit.cli.run import Run


@click.group(
    "config",
    cls=HelpfulGroup,
    short_help="Show the configuration that is in force, and its schema.",
    epilog="""\b
Examples:
  recording-toolkit config show
  recording-toolkit config show --target prod
  recording-toolkit config schema > recording-toolkit.schema.json
""",
)
def command() -> None:
    """Look at the configuration file, recording-toolkit.toml."""


@command.command(
    "show",
    cls=ConfiguredCommand,
    short_help="Show what is in force, and where it comes from.",
    epilog="""\b
Examples:
  recording-toolkit config show
  recording-toolkit config show terraform/ --target prod

\b
Exit status: 0; 2 for a configuration that cannot be read.
""",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path())
@configuration_options
@click.pass_context
def show(ctx: click.Context, /, **_: object) -> None:
    """Show the options that check takes from the configuration, and where each comes from.

    Without a configuration, all of them have their defaults. The configuration is searched from
    SOURCE.
    """
    from toolkit.cli.check import command as check

    run = ctx.ensure_object(Run)
    found = chosen(ctx)
    if found is None:
        run.write("# no configuration: every option has its default\n")
        return
    lines = [f"# {found.loaded.path}"]
    lines += [f"# not in force: {told}" for told in found.loaded.ignored]
    targets = [(target.name, target.root, target.values) for target in found.targets]
    for name, root, values in targets or [("", "", found.loaded.values)]:
        if name:
            lines += ["", "[[targets]]", f"name = {json.dumps(name)}", f"root = {json.dumps(root)}"]
        inner = check.make_context("check", [], default_map=check.defaults(values))
        for parameter in check.params:
            source = inner.get_parameter_source(parameter.name or "")
            if source is ParameterSource.DEFAULT_MAP:
                option = max(parameter.opts, key=len).removeprefix("--")
                own = name and found.loaded.values.get(option) != values[option]
                where = f"target {name}" if own else found.loaded.path
                lines.append(f"{option} = {json.dumps(values[option])} # {where}")
        if "sources" in values and not name:
            lines.append(f"sources = {json.dumps(values['sources'])} # {found.loaded.path}")
    run.write("\n".join(lines) + "\n")


@command.command(
    "schema",
    short_help="Print the JSON Schema of the configuration file.",
    epilog="""\b
Examples:
  recording-toolkit config schema > recording-toolkit.schema.json
""",
)
@click.pass_context
def schema(ctx: click.Context, /) -> None:
    """Print the JSON Schema (2020-12) of recording-toolkit.toml, for editors."""
    from toolkit.configuration.document import json_schema

    ctx.ensure_object(Run).write(json.dumps(json_schema(), indent=2) + "\n")
