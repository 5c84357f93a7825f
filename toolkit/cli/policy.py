"""`policy`: lint, show and schema."""

from __future__ import annotations

import json

import click

from toolkit.cli.lazy import HelpfulGroup
from toolkit.cli.run import Run, complain
from toolkit.errors import ExitCode, ToolkitError
from toolkit.model.report import Problem


@click.group(
    "policy",
    cls=HelpfulGroup,
    short_help="Work on policies: lint, show, schema.",
    epilog="""\b
Examples:
  recording-toolkit policy show > our-policy.yaml
  recording-toolkit policy lint our-policy.yaml
""",
)
def command() -> None:
    """Work on policies.

    A policy is a YAML document that says which clients must be able to do what, and what none may
    hold.
    """


@command.command(
    "lint",
    short_help="Find out whether policies can be used.",
    epilog="""\b
Examples:
  recording-toolkit policy lint our-policy.yaml
  recording-toolkit policy lint policies/*.yaml
""",
)
@click.argument("policies", nargs=-1, required=True, metavar="NAME|FILE...", type=click.Path())
@click.pass_obj
def lint(run: Run, policies: tuple[str, ...]) -> int:
    """Find out whether policies can be used.

    Reads each as 'check' would: its YAML, its keys and values, and whether what it names exists.
    """
    from toolkit.checks.registry import BUILT_INS
    from toolkit.policy.loader import load_policy

    ids = [check.id for check in BUILT_INS]
    status = ExitCode.OK
    for name in policies:
        try:
            policy = load_policy(name, checks=ids).policy
        except ToolkitError as error:
            complain([Problem(error.message, error.hint)])
            status = error.exit_code
        else:
            rules = len(policy.rules)
            run.write(f"{name}: {rules} rule{'' if rules == 1 else 's'}, nothing wrong\n")
    return status.value


@command.command(
    "show",
    short_help="Print a policy, to read it or to start one from it.",
    epilog="""\b
Examples:
  recording-toolkit policy show
  recording-toolkit policy show recording-session > our-policy.yaml
""",
)
@click.argument("policy", default="recording-session", metavar="[NAME|FILE]", type=click.Path())
@click.pass_obj
def show(run: Run, policy: str) -> int:
    """Print a policy as it is written: recording-session unless another is named."""
    from toolkit.checks.registry import BUILT_INS
    from toolkit.policy.loader import find_policy, load_policy

    load_policy(policy, checks=[check.id for check in BUILT_INS])
    run.write(find_policy(policy).read_text(encoding="utf-8"))
    return ExitCode.OK.value


@command.command(
    "schema",
    short_help="Print the JSON Schema of policies.",
    epilog="""\b
Examples:
  recording-toolkit policy schema > policy.schema.json
""",
)
@click.pass_obj
def schema(run: Run) -> int:
    """Print the JSON Schema of policies, for editors that complete and check YAML by it."""
    from toolkit.policy.document import json_schema

    run.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    return ExitCode.OK.value
