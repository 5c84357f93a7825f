"""`diff`: the access that a change gives and takes."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import click

from toolkit.cli.live import asked_org
from toolkit.cli.options import (
    OrderedCommand,
    api_options,
    catalog_option,
    counting_options,
    execution_options,
    formats_option,
    in_order,
    least_severity,
    reading_options,
    rule_options,
    today_option,
    variable_options,
)
from toolkit.cli.run import Run, stdin_bytes


@click.command(
    "diff",
    cls=OrderedCommand,
    short_help="Say what access a change gives and takes.",
    epilog="""\b
Examples:
  recording-toolkit diff git:main terraform/
  recording-toolkit diff git:v1.2:terraform git:HEAD:terraform
  recording-toolkit diff before/ terraform/
  recording-toolkit diff git:main terraform/ --policy our-changes.yaml
  recording-toolkit diff --live terraform/ --region eu-west-1
  recording-toolkit diff plan.json
  recording-toolkit diff terraform.tfstate plan.json
  recording-toolkit diff before/ terraform/ --var-file prod.tfvars -f text -f json=out.json
  recording-toolkit diff before/ terraform/ -f markdown=comment.md

\b
Exit status: 0 compared, 1 a rule about changes is violated, 2 something could
not be looked at, 3 a rule about changes could not be decided, 70 a bug.
""",
)
@click.argument("base", metavar="BASE", type=click.Path())
@click.argument("head", metavar="[HEAD]", required=False, type=click.Path())
@variable_options
@execution_options
@click.option(
    "--source-dir",
    metavar="DIR",
    type=click.Path(),
    help="The Terraform that a plan was made from: shows files and lines, and which roles it has.",
)
@reading_options
@click.option(
    "-p",
    "--policy",
    "policies",
    metavar="NAME|FILE",
    multiple=True,
    help="A policy whose rules about changes are asked. Repeatable. Default: none.",
)
@rule_options
@formats_option("text", "json", "markdown")
@counting_options
@today_option
@catalog_option
@click.option(
    "--live",
    is_flag=True,
    help="Read the org, as the operator, and compare it with the one input that is given.",
)
@api_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    base: str,
    head: str | None,
    var: tuple[str, ...],
    var_file: tuple[str, ...],
    workspace: str,
    terraform_version: str,
    tofu_version: str,
    trusts_installed: bool,
    source_dir: str | None,
    exclude: tuple[str, ...],
    max_size: int,
    policies: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    unknown: Literal["fail", "report"] | None,
    today: date | None,
    catalog: str | None,
    live: bool,
    **hosts: Any,
) -> int:
    """Say what OAuth clients gain and lose between BASE and HEAD: scopes, permissions, operations.

    Each is a folder, a .tf file, a plan or a state as JSON, - for JSON on stdin, or git:REF[:DIR],
    a commit of the repository at hand; without DIR it is the folder that it is compared with. A
    plan stands for what there is after its apply; a plan alone is compared with what there is
    before it. With --live the org is BASE; the operator is who check --live asks for.
    Configurations that grant the same have no change between them, however they are written.
    """
    from toolkit.workflows import Execution, diff, open_catalog

    limit = max_size << 20
    report = diff(
        base,
        head,
        variables=in_order(ctx, var="var", var_file="file"),
        source_dir=source_dir,
        stdin=stdin_bytes(limit) if "-" in (base, head) else None,
        exclude=exclude,
        policies=policies,
        select=select,
        ignore=ignore,
        fail_on=least_severity(fail_on),
        unknown=unknown,
        today=today,
        catalog=open_catalog(catalog),
        org=asked_org(live, hosts),
        max_size=limit,
        execution=Execution(workspace, terraform_version, tofu_version, trusts_installed),
    )
    return ctx.ensure_object(Run).finish(report)
