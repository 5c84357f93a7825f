"""The command line: one module per command, imported when called, and one error boundary."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from toolkit import __version__
from toolkit.cli.boundary import Program
from toolkit.cli.lazy import LazyCommand
from toolkit.cli.run import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERBOSE = "toolkit.cli.verbose"
COMMANDS = (
    LazyCommand("check", "Check OAuth clients in Terraform against a policy."),
    LazyCommand("diff", "Say what access a change gives and takes."),
    LazyCommand("operator", "Say what the client that runs Terraform needs."),
    LazyCommand("plan", "Plan with Terraform, and check the plan against a policy."),
    LazyCommand("apply", "Apply a plan with Terraform, if the policy has no objection."),
    LazyCommand("probe", "Start a recording as the client under test, and say what is wrong."),
    LazyCommand("verify", "Compare a state with the org after apply, and probe."),
    LazyCommand("explain", "Say what is wrong with a recorded start, offline."),
    LazyCommand("init", "Write a first configuration for what is there."),
    LazyCommand("config", "Show the configuration that is in force, and its schema."),
    LazyCommand("policy", "Work on policies: lint, test, show, schema, derive."),
    LazyCommand("catalog", "Look up what operations, scopes and permissions mean."),
    LazyCommand("mock", "Serve a mock Genesys Cloud."),
    LazyCommand("demo", "Show a diagnosis and its cure, on the mock."),
)


def _verbose(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_VERBOSE] = value


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    click.echo(f"{PROGRAM} {__version__}")
    if ctx.meta.get(_VERBOSE):
        from toolkit.confinement import offered

        click.echo(f"Python {sys.version.split()[0]} on {sys.platform}")
        held = ", ".join(offered()) or "nothing; this platform has no Landlock and no seccomp"
        click.echo(f"commands that only read are held by the kernel to what they need of: {held}")
    ctx.exit()


@click.group(
    PROGRAM,
    cls=Program,
    commands_on_call=COMMANDS,
    package=__name__,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  recording-toolkit check terraform/
  terraform show -json plan.tfplan | recording-toolkit check -
  recording-toolkit check --help

\b
Exit status:
  0   everything was decided, and is fine
  1   a violation
  2   usage or input error: something could not be looked at
  3   no violation, but something stayed unknown
  4   a remote or a tool failed: network, rate limit, Terraform itself
  70  a bug in the toolkit, with what to report
""",
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.option(
    "--verbose",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_verbose,
    help="With --version, also show Python and how the kernel confines commands that only read.",
)
def cli() -> None:
    """Find out before 'terraform apply' which Genesys Cloud OAuth clients cannot start recordings,
    why, and what to change.
    """


def main(args: Sequence[str] | None = None, *, owns_process: bool = False) -> int:
    """Run the command line and return its exit status.

    With `owns_process`, the command may give up access of this process for good, enforced by the
    kernel.
    """
    return cli.run(args, owns_process=owns_process)
