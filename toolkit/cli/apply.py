"""`apply`: apply exactly what was planned and checked."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from toolkit.bounds import outside
from toolkit.cli.configured import TargetsCommand, chosen
from toolkit.cli.provisioning import provisioned, provisioning_options
from toolkit.cli.run import Run
from toolkit.errors import UsageError
from toolkit.model.findings import Verdict

if TYPE_CHECKING:
    from toolkit.model.report import Report


@click.command(
    "apply",
    cls=TargetsCommand,
    short_help="Apply a plan with Terraform, if the policy has no objection.",
    epilog="""\b
Examples:
  recording-toolkit apply terraform/
  recording-toolkit apply terraform/ --var-file prod.tfvars --yes -f json
  recording-toolkit apply terraform/ --unknown report --terraform-bin tofu
  recording-toolkit apply roles/ --allow-no-clients
  recording-toolkit apply --target prod --config-ref origin/main --yes

\b
Exit status: 0 applied, 1 a violation, 2 something could not be looked at,
3 something stayed unknown, 4 Terraform or a remote failed, 70 a bug. Only 0
applies anything, and 4 where the apply itself failed.
""",
)
@provisioning_options
@click.option("-y", "--yes", is_flag=True, help="Apply without asking.")
@click.pass_context
def command(ctx: click.Context, /, yes: bool, **_: Any) -> int:
    """Plan with Terraform, check the plan, and apply exactly that plan if nothing is wrong with it.

    A plan is not applied if it violates the policy, leaves something unknown (--unknown report
    lists it and goes on), is not complete, or has no OAuth client. Nor is it applied if the
    operator surely lacks a permission, where --live or a policy says what it holds. The command
    asks before it applies, or needs --yes. Ctrl-C is passed on to Terraform, once, and the command
    waits until it has ended.

    With several targets, each is applied before the next is planned, up to the first that is not.
    """
    from toolkit.cli.signals import ended_once
    from toolkit.workflows import ApplyInterrupted, ProvisionRequest, apply

    found = chosen(ctx)
    if not yes:
        _require_someone_to_ask()
    run = ctx.ensure_object(Run)

    def applied(request: ProvisionRequest) -> Report:
        ask = partial(_ask, name=request.environment)
        return apply(request, confirm=(lambda _: None) if yes else ask)

    with ended_once() as hold:
        try:
            report = provisioned(ctx, found, applied, stops=True)
        except ApplyInterrupted as interrupted:
            hold()
            run.finish(interrupted.report)
            raise
        hold()
        return run.finish(report)


def _require_someone_to_ask() -> None:
    """Raise UsageError if nobody can answer."""
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "an apply changes the org, and there is nobody to ask",
            hint="Give --yes, or only plan: recording-toolkit plan.",
        )


def _ask(report: Report, name: str | None = None) -> None:
    counts = ", ".join(
        f"{report.count(verdict)} {word}"
        for verdict, word in (
            (Verdict.PASS, "passed"),
            (Verdict.FAIL, "failed"),
            (Verdict.UNKNOWN, "unknown"),
            (Verdict.WAIVED, "waived"),
        )
    )
    about = f"{name}: the" if name else "The"
    question = f"{about} policy has no objection: {counts}. Apply this plan?"
    with outside():  # The user may take time to decide.
        agreed = click.confirm(question, err=True)
    if not agreed:
        raise UsageError(
            "nothing was applied: the answer was no",
            hint="To see only what would be: recording-toolkit plan.",
        )
