"""`plan`: what Terraform would do, against a policy."""

from __future__ import annotations

from typing import Any

import click

from toolkit.cli.options import OrderedCommand
from toolkit.cli.provisioning import arguments, provisioning_options
from toolkit.cli.run import Run


@click.command(
    "plan",
    cls=OrderedCommand,
    short_help="Plan with Terraform, and check the plan against a policy.",
    epilog="""\b
Examples:
  recording-toolkit plan terraform/
  recording-toolkit plan terraform/ --var-file prod.tfvars -f text -f json=out.json
  recording-toolkit plan terraform/ --terraform-bin tofu

\b
Exit status: 0 fine, 1 a violation, 2 something could not be looked at,
3 something stayed unknown, 4 Terraform or a remote failed, 70 a bug.
""",
)
@provisioning_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    var: tuple[str, ...],
    var_file: tuple[str, ...],
    fail_on: str,
    terraform_bin: str,
    **options: Any,
) -> int:
    """Plan with Terraform, and check the plan against a policy.

    Runs init, plan and show in DIR; changes nothing, and keeps no plan. Terraform's own output goes
    to stderr, its exit statuses stand in the report.
    """
    from toolkit.cli.signals import ended_in_order
    from toolkit.workflows import plan

    with ended_in_order():
        report = plan(**options, **arguments(ctx, fail_on, terraform_bin))
    return ctx.ensure_object(Run).finish(report)
