"""`apply`: what was planned and checked, and nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from toolkit.bounds import outside
from toolkit.cli.options import OrderedCommand
from toolkit.cli.provisioning import arguments, provisioning_options
from toolkit.cli.run import Run
from toolkit.errors import UsageError
from toolkit.model.findings import Verdict

if TYPE_CHECKING:
    from toolkit.model.report import Report


@click.command(
    "apply",
    cls=OrderedCommand,
    short_help="Apply a plan with Terraform, if the policy has no objection.",
    epilog="""\b
Examples:
  recording-toolkit apply terraform/
  recording-toolkit apply terraform/ --var-file prod.tfvars --yes -f json
  recording-toolkit apply terraform/ --unknown report --terraform-bin tofu

\b
Exit status: 0 applied, 1 a violation, 2 something could not be looked at,
3 something stayed unknown, 4 Terraform or a remote failed, 70 a bug. Only 0
applies anything, and 4 where the apply itself failed.
""",
)
@provisioning_options
@click.option("-y", "--yes", is_flag=True, help="Apply without asking.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    var: tuple[str, ...],
    var_file: tuple[str, ...],
    fail_on: str,
    terraform_bin: str,
    yes: bool,
    **options: Any,
) -> int:
    """Plan with Terraform, check the plan, and apply exactly that plan if nothing is wrong with it.

    Not applied is a plan that violates the policy, that leaves something unknown (--unknown report
    lists it and goes on), that is not complete, or that has no OAuth client. It asks before it
    applies, or needs --yes. Ctrl-C is passed on to Terraform, once, and waits until it has ended.
    """
    from toolkit.cli.signals import ended_once
    from toolkit.workflows import ApplyInterrupted, apply

    if not yes:
        _require_someone_to_ask()
    run = ctx.ensure_object(Run)
    with ended_once() as hold:
        try:
            report = apply(
                **options,
                **arguments(ctx, fail_on, terraform_bin),
                confirm=(lambda _: None) if yes else _ask,
            )
        except ApplyInterrupted as interrupted:
            hold()
            run.finish(interrupted.report)
            raise
        hold()
        return run.finish(report)


def _require_someone_to_ask() -> None:
    """Raises UsageError where nobody can answer."""
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "an apply changes the org, and there is nobody to ask",
            hint="Give --yes, or only plan: recording-toolkit plan.",
        )


def _ask(report: Report) -> None:
    counts = ", ".join(
        f"{report.count(verdict)} {word}"
        for verdict, word in (
            (Verdict.PASS, "passed"),
            (Verdict.FAIL, "failed"),
            (Verdict.UNKNOWN, "unknown"),
            (Verdict.WAIVED, "waived"),
        )
    )
    question = f"The policy has no objection: {counts}. Apply this plan?"
    with outside():  # who thinks it over is given time
        agreed = click.confirm(question, err=True)
    if not agreed:
        raise UsageError(
            "nothing was applied: the answer was no",
            hint="To see only what would be: recording-toolkit plan.",
        )
