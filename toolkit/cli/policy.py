"""`policy`: lint, test, show and schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from toolkit.cli.lazy import HelpfulGroup
from toolkit.cli.options import formats_option
from toolkit.cli.run import Run, complain
from toolkit.errors import ExitCode, ToolkitError
from toolkit.model.report import Problem


@click.group(
    "policy",
    cls=HelpfulGroup,
    short_help="Work on policies: lint, test, show, schema.",
    epilog="""\b
Examples:
  recording-toolkit policy show > our-policy.yaml
  recording-toolkit policy lint our-policy.yaml
  recording-toolkit policy test our-policy.yaml
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
    The file of a policy's test cases is read as 'policy test' would.
    """
    from toolkit.checks.registry import BUILT_INS
    from toolkit.policy.case_loader import is_cases_file, load_cases
    from toolkit.policy.loader import load_policy

    ids = [check.id for check in BUILT_INS]
    status = ExitCode.OK
    for name in policies:
        try:
            if is_cases_file(name):
                number, noun = len(load_cases(name, checks=ids).cases), "case"
            else:
                number, noun = len(load_policy(name, checks=ids).policy.rules), "rule"
        except ToolkitError as error:
            complain([Problem(error.message, error.hint)])
            status = error.exit_code
        else:
            run.write(f"{name}: {number} {noun}{'' if number == 1 else 's'}, nothing wrong\n")
    return status.value


@command.command(
    "test",
    short_help="Run the test cases of policies.",
    epilog="""\b
Examples:
  recording-toolkit policy test
  recording-toolkit policy test our-policy.yaml
  recording-toolkit policy test policies/*.test.yaml
  recording-toolkit policy test our-policy.yaml -f text -f junit=policy.xml

\b
Exit status: 0 every case passed, 1 one failed, 2 one could not run, or a
policy could not be tested or has no tests.
""",
)
@click.argument("policies", nargs=-1, metavar="[FILE|NAME]...", type=click.Path())
@formats_option("text", "junit")
@click.pass_obj
def test(run: Run, policies: tuple[str, ...]) -> int:
    """Run the test cases of policies: of all that ship unless some are named.

    The cases of our-policy.yaml are in our-policy.test.yaml beside it. Each has Terraform, a plan
    or a list of clients, and the verdict that each client and rule is to have. Nothing of it runs:
    Terraform is read as 'check' would.
    """
    from toolkit.workflows import run_policy_tests

    return run.finish_tests(run_policy_tests(policies))


@command.command(
    "show",
    short_help="Print a policy, to read it or to start one from it.",
    epilog="""\b
Examples:
  recording-toolkit policy show
  recording-toolkit policy show recording-session > our-policy.yaml
  recording-toolkit policy show --tests > our-policy.test.yaml
""",
)
@click.argument("policy", default="recording-session", metavar="[NAME|FILE]", type=click.Path())
@click.option("--tests", is_flag=True, help="Print the policy's test cases instead.")
@click.pass_obj
def show(run: Run, policy: str, tests: bool) -> int:
    """Print a policy as it is written: recording-session unless another is named."""
    from toolkit.checks.registry import BUILT_INS
    from toolkit.policy.case_loader import load_cases
    from toolkit.policy.loader import find_policy, load_policy

    ids = [check.id for check in BUILT_INS]
    if tests:
        path = Path(load_cases(policy, checks=ids).document.path)
    else:
        load_policy(policy, checks=ids)
        path = find_policy(policy)
    run.write(path.read_text(encoding="utf-8"))
    return ExitCode.OK.value


@command.command(
    "schema",
    short_help="Print the JSON Schema of policies.",
    epilog="""\b
Examples:
  recording-toolkit policy schema > policy.schema.json
  recording-toolkit policy schema --tests > policy.test.schema.json
""",
)
@click.option("--tests", is_flag=True, help="Print that of files of test cases.")
@click.pass_obj
def schema(run: Run, tests: bool) -> int:
    """Print the JSON Schema of policies, or of their test cases, for editors that complete and
    check YAML by it.
    """
    from toolkit.policy import cases, document

    written = cases.json_schema() if tests else document.json_schema()
    run.write(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    return ExitCode.OK.value
