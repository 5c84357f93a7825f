"""`check`: Terraform against a policy."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Literal

import click

from toolkit.cli.options import (
    OrderedCommand,
    counting_options,
    format_option,
    in_order,
    least_severity,
    policy_option,
    rule_options,
    variable_options,
)
from toolkit.cli.run import Run
from toolkit.errors import UsageError


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
@policy_option
@variable_options
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
    "--client",
    "clients",
    metavar="GLOB",
    multiple=True,
    help="Check the clients with this name or address, whatever clients the rules are about; only "
    "* is special. Repeatable.",
)
@rule_options
@format_option
@counting_options
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
    if lists_inventory:
        return _inventory(ctx, sources, policies, source_dir, exclude)
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
            stdin=_stdin() if "-" in sources else None,
            fail_on=least_severity(fail_on),
            unknown=unknown,
            clients=clients,
            select=select,
            ignore=ignore,
            today=today,
            baseline=baseline,
            write_baseline=write_baseline,
            exclude=exclude,
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
        stdin=_stdin() if "-" in sources else None,
        exclude=exclude,
        progress=reading(),
    )
    return run.finish_inventory(report)


def _stdin() -> bytes:
    # None where the caller closed it; an empty document is what the workflow then complains about.
    return sys.stdin.buffer.read() if sys.stdin is not None else b""
