"""`check`: Terraform against a policy."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Literal

import click
from click.core import ParameterSource

from toolkit.cli.options import (
    OrderedCommand,
    api_options,
    catalog_option,
    client_globs,
    counting_options,
    day,
    execution_options,
    format_option,
    in_order,
    least_severity,
    policy_option,
    rule_options,
    variable_options,
)
from toolkit.cli.run import Run, stdin_bytes
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg

#: What an inventory, which judges nothing, has no use for.
_JUDGING = (
    "clients", "select", "ignore", "fail_on", "unknown", "baseline", "write_baseline", "today"
)  # fmt: skip


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
  recording-toolkit check --saved-plan plan.tfplan --source-dir terraform/
  recording-toolkit check terraform.tfstate --policy our-policy.yaml
  recording-toolkit check terraform/ --client genesyscloud_oauth_client.recorder
  recording-toolkit check terraform/ --write-baseline known.json
  recording-toolkit check terraform/ --baseline known.json
  recording-toolkit check terraform/ --inventory
  recording-toolkit check --live --region eu-west-1
  recording-toolkit check plan.json --live --region eu-west-1

\b
Exit status: 0 fine, 1 a violation, 2 something could not be looked at,
3 something stayed unknown, 4 a remote or a tool failed, 70 a bug.
""",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path())
@policy_option
@variable_options
@execution_options
@click.option(
    "--saved-plan",
    "saved_plans",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="Have Terraform show what 'terraform plan -out' wrote, and check that. Starts the "
    "providers that are installed in --source-dir, or in the plan's folder. Repeatable.",
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
    callback=client_globs,
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
    callback=day,
    help="The day on which waivers must hold. Default: today in UTC.",
)
@catalog_option
@click.option(
    "--inventory",
    "lists_inventory",
    is_flag=True,
    help="Judge nothing; show what was understood: clients, scopes, roles, and what is not known.",
)
@click.option(
    "--live",
    is_flag=True,
    help="Read the org, as the operator: without a SOURCE its OAuth clients are checked; with one "
    "it decides the roles that the source does not define.",
)
@api_options
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    policies: tuple[str, ...],
    var: tuple[str, ...],
    var_file: tuple[str, ...],
    workspace: str,
    terraform_version: str,
    tofu_version: str,
    saved_plans: tuple[str, ...],
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
    catalog: str | None,
    lists_inventory: bool,
    live: bool,
    region: str | None,
    api_url: str | None,
    login_url: str | None,
    ca_bundle: str | None,
) -> int:
    """Check the OAuth clients of Terraform, or of an org, against a policy.

    A SOURCE is a folder, a .tf file, a plan or a state as JSON, or - for JSON on stdin. Without one
    it is the current folder. Every root module in a folder is checked, and nothing is run: only
    --saved-plan starts Terraform. Each client passes, fails, or is unknown; what is unknown says
    which input would decide it.

    With --live the operator is GENESYSCLOUD_OAUTHCLIENT_ID with
    GENESYSCLOUD_OAUTHCLIENT_SECRET, or GENESYSCLOUD_ACCESS_TOKEN. The region is --region,
    RECORDING_TOOLKIT_REGION or GENESYSCLOUD_REGION.
    """
    hosts = {"region": region, "api_url": api_url, "login_url": login_url, "ca_bundle": ca_bundle}
    org = _org(live, hosts)
    if not (live or saved_plans):
        sources = sources or (".",)
    limit = max_size << 20
    if lists_inventory:
        execution = workspace, terraform_version, tofu_version
        return _inventory(
            ctx,
            sources,
            policies,
            saved_plans,
            source_dir,
            exclude,
            catalog,
            org,
            limit,
            execution,
        )
    from toolkit.cli.progress import reading
    from toolkit.workflows import Execution, check, open_catalog

    report = check(
        sources,
        policies=policies,
        variables=in_order(ctx, var="var", var_file="file"),
        source_dir=source_dir,
        stdin=stdin_bytes(limit) if "-" in sources else None,
        fail_on=least_severity(fail_on),
        unknown=unknown,
        clients=clients,
        select=select,
        ignore=ignore,
        today=today,
        baseline=baseline,
        write_baseline=write_baseline,
        exclude=exclude,
        catalog=open_catalog(catalog),
        max_size=limit,
        progress=reading(),
        execution=Execution(workspace, terraform_version, tofu_version),
        org=org,
        saved_plans=saved_plans,
    )
    return ctx.ensure_object(Run).finish(report)


def _org(live: bool, hosts: dict[str, str | None]) -> LiveOrg | None:
    """The org to read; the HTTP client is loaded for who asks for one only."""
    if live:
        from toolkit.workflows import live_org

        return live_org(
            os.environ,
            region=hosts["region"],
            api_url=hosts["api_url"],
            login_url=hosts["login_url"],
            ca_bundle=hosts["ca_bundle"],
        )
    for name, value in hosts.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} says where an org is, and none is asked",
                hint=f"Give {option} with --live.",
            )
    return None


def _inventory(
    ctx: click.Context,
    sources: tuple[str, ...],
    policies: tuple[str, ...],
    saved_plans: tuple[str, ...],
    source_dir: str | None,
    exclude: tuple[str, ...],
    catalog: str | None,
    org: LiveOrg | None,
    limit: int,
    execution: tuple[str, str, str],
) -> int:
    from toolkit.cli.progress import reading
    from toolkit.reporters.inventory_formats import INVENTORY_FORMATS
    from toolkit.workflows import Execution, inventory, open_catalog

    run = ctx.ensure_object(Run)
    for output in run.outputs:
        if output.reporter.name not in INVENTORY_FORMATS:
            raise UsageError(
                f"an inventory has no format '{output.reporter.name}'",
                hint=f"Formats of --inventory: {', '.join(INVENTORY_FORMATS)}.",
            )
    run.lists_inventory = True
    for name in _JUDGING:
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = next(each.opts[0] for each in ctx.command.params if each.name == name)
            raise UsageError(
                f"--inventory judges nothing, so {option} would change nothing",
                hint="Leave out one of the two.",
            )
    report = inventory(
        sources,
        policies=policies,
        variables=in_order(ctx, var="var", var_file="file"),
        source_dir=source_dir,
        stdin=stdin_bytes(limit) if "-" in sources else None,
        exclude=exclude,
        catalog=open_catalog(catalog),
        max_size=limit,
        progress=reading(),
        execution=Execution(*execution),
        org=org,
        saved_plans=saved_plans,
    )
    return run.finish_inventory(report)
