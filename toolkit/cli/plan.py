"""`plan`: check what Terraform would do against a policy."""

from __future__ import annotations

from typing import Any

import click

from toolkit.cli.configured import TargetsCommand, chosen
from toolkit.cli.provisioning import provisioned, provisioning_options
from toolkit.cli.run import Run


@click.command(
    "plan",
    cls=TargetsCommand,
    short_help="Plan with Terraform, and check the plan against a policy.",
    epilog="""\b
Examples:
  recording-toolkit plan terraform/
  recording-toolkit plan terraform/ --var-file prod.tfvars -f text -f json=out.json
  recording-toolkit plan terraform/ --terraform-bin tofu
  recording-toolkit plan terraform/ --backend-config prod.s3.tfbackend --live
  recording-toolkit plan --target prod

\b
Exit status: 0 fine, 1 a violation, 2 something could not be looked at,
3 something stayed unknown, 4 Terraform or a remote failed, 70 a bug.
""",
)
@provisioning_options
@click.pass_context
def command(ctx: click.Context, /, **_: Any) -> int:
    """Plan with Terraform, and check the plan against a policy.

    Runs init, plan and show in DIR, or in the root of each chosen target; changes nothing, and
    keeps no plan. Terraform's own output goes to stderr; its exit statuses are in the report.
    """
    from toolkit.cli.signals import ended_in_order
    from toolkit.workflows import plan

    found = chosen(ctx)
    with ended_in_order():
        report = provisioned(ctx, found, plan)
    return ctx.ensure_object(Run).finish(report)
