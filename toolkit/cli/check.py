"""`check`: Terraform against a policy."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Literal

import click

from toolkit.cli.options import OrderedCommand, format_option, in_order
from toolkit.cli.run import Run
from toolkit.errors import UsageError
from toolkit.model.findings import Severity

NEVER = "never"


def _assignment(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    for value in values:
        name, equals, _ = value.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                f"--var {name} gives the variable no value" if name else "--var names no variable",
                hint="Write --var NAME=VALUE.",
            )
    return values


def _ids(_ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Ids, repeated or with commas between them."""
    ids = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    if values and not ids:
        raise UsageError(f"--{param.name} names no rule", hint="Write the ids of rules or checks.")
    return ids


def _today(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    # Python reads other forms of ISO dates too, which a policy does not.
    if day is None or day.isoformat() != value:
        raise UsageError(f"--today {value} is no day", hint="Write it as YYYY-MM-DD.")
    return day


@click.command(
    "check",
    cls=OrderedCommand,
    short_help="Check OAuth clients in Terraform against a policy.",
    epilog="""\b
Examples:
  recording-toolkit check terraform/
  recording-toolkit check terraform/ --var-file prod.tfvars
  terraform show -json plan.tfplan | recording-toolkit check -
  recording-toolkit check plan.json --source-dir terraform/ -f text -f json=out.json
  recording-toolkit check plan.tfplan --source-dir terraform/
  recording-toolkit check terraform.tfstate --policy our-policy.yaml
  recording-toolkit check terraform/ --client genesyscloud_oauth_client.recorder
  recording-toolkit check terraform/ --write-baseline known.json
  recording-toolkit check terraform/ --baseline known.json
  recording-toolkit check terraform/ --inventory

\b
Exit status: 0 fine, 1 a violation, 2 something could not be looked at,
3 something stayed unknown, 4 a remote or a tool failed, 70 a bug.
""",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path())
@click.option(
    "-p",
    "--policy",
    "policies",
    metavar="NAME|FILE",
    multiple=True,
    default=("recording-session",),
    help="A policy that ships, or a file. Repeatable. Default: recording-session.",
)
@click.option(
    "--var",
    "var",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_assignment,
    help="Value of a Terraform variable. Repeatable.",
)
@click.option(
    "--var-file",
    "var_file",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="Values of Terraform variables. Repeatable; the last of --var and --var-file wins.",
)
@click.option(
    "--source-dir",
    metavar="DIR",
    type=click.Path(),
    help="The Terraform that a plan was made from: shows its findings in their files and lines.",
)
@click.option(
    "--exclude",
    metavar="GLOB",
    multiple=True,
    help="Folders in which to look for no root modules. Repeatable; only * is special.",
)
@click.option(
    "--max-size",
    metavar="MIB",
    type=click.IntRange(1),
    default=1024,
    show_default=True,
    help="Refuse a larger plan, state, stdin or file of Terraform; in MiB.",
)
@click.option(
    "--client",
    "clients",
    metavar="GLOB",
    multiple=True,
    help="Check the clients with this name or address, whatever clients the rules are about; only "
    "* is special. Repeatable.",
)
@click.option(
    "--select",
    metavar="ID",
    multiple=True,
    callback=_ids,
    help="Ask only these rules and built-in checks. Repeatable, or with commas.",
)
@click.option(
    "--ignore",
    metavar="ID",
    multiple=True,
    callback=_ids,
    help="Leave out these rules and built-in checks. Repeatable, or with commas.",
)
@format_option
@click.option(
    "--fail-on",
    type=click.Choice([*(severity.value for severity in Severity), NEVER]),
    default=Severity.ERROR.value,
    show_default=True,
    help="Count failures and unknowns of this severity or above towards the exit status.",
)
@click.option(
    "--unknown",
    type=click.Choice(["fail", "report"]),
    help="Count what is unknown (fail) or only list it (report), whatever its rule says.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(),
    help="Report only what this file does not know; see --write-baseline.",
)
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(),
    help="Write down all that fails or is unknown now, whether or not --baseline knows it. The "
    "report and the exit status stay as they are.",
)
@click.option(
    "--today",
    metavar="DATE",
    callback=_today,
    help="The day on which waivers must hold. Default: today in UTC.",
)
@click.option(
    "--inventory",
    "lists_inventory",
    is_flag=True,
    help="Judge nothing; show what was understood: clients, scopes, roles, and what is not known.",
)
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    policies: tuple[str, ...],
    var: tuple[str, ...],
    var_file: tuple[str, ...],
    source_dir: str | None,
    exclude: tuple[str, ...],
    max_size: int,
    clients: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    unknown: Literal["fail", "report"] | None,
    baseline: str | None,
    write_baseline: str | None,
    today: date | None,
    lists_inventory: bool,
) -> int:
    """Check the OAuth clients of Terraform against a policy.

    A SOURCE is a folder, a .tf file, a plan or a state as JSON, a saved plan, or - for JSON on
    stdin. Without one it is the current folder. Every root module in a folder is checked. A saved
    plan is shown by Terraform, run in --source-dir or in the plan's folder. Each client passes,
    fails, or is unknown; what is unknown says which input would decide it.
    """
    from toolkit.sources.readers import Readers

    sources = sources or (".",)
    limit = max_size << 20
    if lists_inventory:
        return _inventory(ctx, sources, policies, source_dir, exclude, limit)
    with Readers(ctx.ensure_object(Run).reading) as readers:
        if source_dir is not None or any(Path(source).is_dir() for source in sources):
            # The reading process gets ready while the rest is loaded.
            readers.start()
        from toolkit.cli.progress import reading
        from toolkit.workflows import check

        report = check(
            sources,
            policies=policies,
            variables=in_order(ctx, var="var", var_file="file"),
            source_dir=source_dir,
            stdin=_stdin(limit) if "-" in sources else None,
            fail_on=None if fail_on == NEVER else Severity(fail_on),
            unknown=unknown,
            clients=clients,
            select=select,
            ignore=ignore,
            today=today,
            baseline=baseline,
            write_baseline=write_baseline,
            exclude=exclude,
            max_size=limit,
            readers=readers,
            progress=reading(),
        )
    return ctx.ensure_object(Run).finish(report)


def _inventory(
    ctx: click.Context,
    sources: tuple[str, ...],
    policies: tuple[str, ...],
    source_dir: str | None,
    exclude: tuple[str, ...],
    limit: int,
) -> int:
    from toolkit.cli.progress import reading
    from toolkit.reporters.inventory_formats import INVENTORY_FORMATS
    from toolkit.workflows import inventory

    run = ctx.ensure_object(Run)
    for output in run.outputs:
        if output.reporter.name not in INVENTORY_FORMATS:
            raise UsageError(
                f"an inventory has no format '{output.reporter.name}'",
                hint=f"Formats of --inventory: {', '.join(INVENTORY_FORMATS)}.",
            )
    run.lists_inventory = True
    report = inventory(
        sources,
        policies=policies,
        variables=in_order(ctx, var="var", var_file="file"),
        source_dir=source_dir,
        stdin=_stdin(limit) if "-" in sources else None,
        exclude=exclude,
        max_size=limit,
        progress=reading(),
    )
    return run.finish_inventory(report)


def _stdin(limit: int) -> bytes:
    # One byte more than may be tells a larger input from one of just that size.
    # None where the caller closed it; an empty document is what the workflow then complains about.
    return sys.stdin.buffer.read(limit + 1) if sys.stdin is not None else b""
