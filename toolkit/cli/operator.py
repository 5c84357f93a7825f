"""`operator`: the least role and scopes for the client that runs Terraform."""

from __future__ import annotations

import click

from toolkit.cli.confined import confine_to
from toolkit.cli.options import (
    OrderedCommand,
    catalog_option,
    execution_options,
    formats_option,
    in_order,
    reading_options,
    variable_options,
)
from toolkit.cli.run import Run, stdin_bytes


@click.command(
    "operator",
    cls=OrderedCommand,
    short_help="Say what the client that runs Terraform needs.",
    epilog="""\b
Examples:
  recording-toolkit operator terraform/
  recording-toolkit operator plan.json
  recording-toolkit operator terraform/ --hcl > operator.tf
  recording-toolkit operator terraform/ -f json=needs.json

\b
Exit status: 0 everything is known, 2 something could not be looked at,
3 more may be needed than is listed, 70 a bug.
""",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path())
@variable_options
@execution_options
@reading_options
@click.option(
    "--hcl",
    is_flag=True,
    help="Write the role and the client as Terraform, in place of the table.",
)
@formats_option("text", "json")
@catalog_option
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    var: tuple[str, ...],
    var_file: tuple[str, ...],
    workspace: str,
    terraform_version: str,
    tofu_version: str,
    trusts_installed: bool,
    exclude: tuple[str, ...],
    max_size: int,
    hcl: bool,
    catalog: str | None,
) -> int:
    """Say which permissions and scopes the client that runs Terraform needs, and for which line.

    A SOURCE is a folder or a zip of one, a .tf file, a plan or a state as JSON, or - for JSON on
    stdin. Without one it is the current folder. For a plan, the answer is what its apply needs; for
    a folder, it covers all that can be done with its objects. It works on any Terraform of Genesys
    Cloud, with recordings or without.
    """
    from toolkit.workflows import Execution, open_catalog, operator

    limit = max_size << 20
    sources = sources or (".",)
    run = ctx.ensure_object(Run)
    confine_to(run, ctx, also=sources)
    report = operator(
        sources,
        variables=in_order(ctx, var="var", var_file="file"),
        stdin=stdin_bytes(limit) if "-" in sources else None,
        exclude=exclude,
        catalog=open_catalog(catalog),
        max_size=limit,
        execution=Execution(workspace, terraform_version, tofu_version, trusts_installed),
    )
    if hcl and report.operator is not None and not report.errors:
        from toolkit.reporters.operator_hcl import render_hcl

        run.outputs = tuple(each for each in run.outputs if each.path is not None)
        run.write(render_hcl(report.operator))
    return run.finish(report)
