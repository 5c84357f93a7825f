"""`policy`: lint, test, show, schema and derive."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.bounds import outside
from toolkit.cli.confined import confine_to
from toolkit.cli.lazy import HelpfulGroup
from toolkit.cli.options import bounding_options, catalog_option, formats_option
from toolkit.cli.run import Run, complain, note
from toolkit.errors import DocumentError, ExitCode, ToolkitError
from toolkit.files.named import open_named
from toolkit.model.clients import CLIENT_CREDENTIALS, GRANT_TYPES
from toolkit.model.report import Problem

if TYPE_CHECKING:
    from toolkit.catalog.bodies import Meaning

#: The number of errors that `lint` shows for one document.
_SHOWN = 50


@click.group(
    "policy",
    cls=HelpfulGroup,
    short_help="Work on policies: lint, test, show, schema, derive.",
    epilog="""\b
Examples:
  recording-toolkit policy show > our-policy.yaml
  recording-toolkit policy lint our-policy.yaml
  recording-toolkit policy test our-policy.yaml
  recording-toolkit policy derive --from-har recorded.har --out derived/
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
@catalog_option
@bounding_options
@click.pass_context
def lint(ctx: click.Context, policies: tuple[str, ...], catalog: str | None) -> int:
    """Find out whether policies can be used.

    Reads each as 'check' would: its YAML, its keys and values, and whether the names in it exist.
    The file of a policy's test cases is read as 'policy test' would. One run reports all errors in
    keys and values; names are looked up once those are right. Scopes and permissions that are not
    published cause a warning, since they may be misspelled, unless the policy switches
    unpublished-scope or unpublished-permission off.
    """
    from toolkit.checks.registry import CHECK_IDS
    from toolkit.policy.case_loader import is_cases_file, load_cases
    from toolkit.policy.loader import load_policy
    from toolkit.policy.unpublished import unpublished_names
    from toolkit.workflows import open_catalog

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    published = open_catalog(catalog)
    ids = CHECK_IDS
    status = ExitCode.OK
    for name in policies:
        doubtful: list[Problem] = []
        try:
            if is_cases_file(name):
                number, noun = len(load_cases(name, checks=ids, catalog=published).cases), "case"
            else:
                loaded = load_policy(name, checks=ids, catalog=published)
                number, noun = len(loaded.policy.rules), "rule"
                doubtful = unpublished_names(loaded, published)
        except ToolkitError as error:
            complain(_problems(error))
            status = error.exit_code
        else:
            complain(doubtful, warning=True)
            found = f"{len(doubtful)} to look at" if doubtful else "nothing wrong"
            run.write(f"{name}: {number} {noun}{'' if number == 1 else 's'}, {found}\n")
    return status.value


def _ask(operation: str, meanings: Sequence[Meaning]) -> list[str]:
    """Ask which of the permissions the application needs for the operation."""
    click.echo(f"{operation} needs a permission for what is done with it:", err=True)
    for number, each in enumerate(meanings, 1):
        click.echo(f"  {number}  {each.permission}, which {each.does}", err=True)
    with outside():  # The user may take time to decide.
        number = click.prompt(
            "Which one does the application need", type=click.IntRange(1, len(meanings)), err=True
        )
    return [meanings[number - 1].permission]


def _problems(error: ToolkitError) -> Iterator[Problem]:
    """Yield the errors of a document from top to bottom, up to a readable number."""
    if isinstance(error, DocumentError):
        found: list[ToolkitError] = [*sorted((error, *error.others), key=lambda each: each.place)]
    else:
        found = [error]
    for each in found[:_SHOWN]:
        yield Problem(each.message, each.hint)
    if len(found) > _SHOWN:
        yield Problem(f"{len(found) - _SHOWN} more of these")


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
@catalog_option
@bounding_options
@click.pass_context
def test(ctx: click.Context, policies: tuple[str, ...], catalog: str | None) -> int:
    """Run the test cases of policies: of all that ship unless some are named.

    The cases of our-policy.yaml are in our-policy.test.yaml beside it. Each has Terraform, a plan
    or a list of clients, and the expected verdict for each client and rule. No Terraform is run: it
    is read as 'check' would.
    """
    from toolkit.workflows import open_catalog, run_policy_tests

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    return run.finish_tests(run_policy_tests(policies, catalog=open_catalog(catalog)))


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
@bounding_options
@click.pass_context
def show(ctx: click.Context, policy: str, tests: bool) -> int:
    """Print a policy as it is written: recording-session unless another is named."""
    from toolkit.checks.registry import CHECK_IDS
    from toolkit.policy.case_loader import load_cases
    from toolkit.policy.loader import find_policy, load_policy

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    ids = CHECK_IDS
    if tests:
        path = Path(load_cases(policy, checks=ids).document.path)
    else:
        load_policy(policy, checks=ids)
        path = find_policy(policy)
    with open_named(path) as file:
        run.write(file.read().decode())
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
    """Print the JSON Schema of policies, or of their test cases, for YAML editors."""
    from toolkit.policy import cases, document

    written = cases.json_schema() if tests else document.json_schema()
    run.write(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    return ExitCode.OK.value


@command.command(
    "derive",
    short_help="Write the smallest policy and Terraform for a set of calls.",
    epilog="""\b
Examples:
  recording-toolkit policy derive --operations getConversationsCall,getUsersMe
  recording-toolkit policy derive --from-har recorded.har
  recording-toolkit policy derive --from-har recorded.har --out derived/
  recording-toolkit policy derive --operations startRecordingSession \\
    --contract recording-session --grant-type CLIENT-CREDENTIALS

\b
Exit status: 0; 2 for an operation that does not exist, or a file that is
there already; 3 where a recorded call is of no known operation, or it is not
known what an operation needs. What is known is written all the same.
""",
)
@click.option(
    "--operations",
    metavar="ID",
    multiple=True,
    help="The operations that the client calls, by id or as 'METHOD /path'. Repeatable, or with "
    "commas.",
)
@click.option(
    "--from-har",
    "har",
    metavar="FILE",
    type=click.Path(),
    help="Take the operations from recorded requests: HAR, or a Postman collection with its "
    "responses.",
)
@click.option(
    "--contract",
    "contracts",
    metavar="NAME|FILE",
    multiple=True,
    help="A contract whose operations count beside the published ones, and before them.",
)
@click.option(
    "--grant-type",
    "grant_types",
    type=click.Choice(GRANT_TYPES),
    metavar="TYPE",
    multiple=True,
    default=("CODE", CLIENT_CREDENTIALS),
    help="Grant types of the clients to write. Repeatable. Default: CODE and CLIENT-CREDENTIALS, "
    "to keep the one that fits.",
)
@click.option(
    "--name",
    metavar="NAME",
    default="application",
    show_default=True,
    help="What the policy, the client and the role are called.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(),
    help="Write DIR/NAME.yaml and DIR/NAME.tf. Default: both to stdout.",
)
@catalog_option
@bounding_options
@click.pass_context
def derive(
    ctx: click.Context,
    /,
    operations: tuple[str, ...],
    har: str | None,
    contracts: tuple[str, ...],
    grant_types: tuple[str, ...],
    name: str,
    out: str | None,
    catalog: str | None,
) -> int:
    """Write the smallest policy for the calls that an application makes, and the Terraform of a
    client that passes it.

    A user-grant client gets scopes; a CLIENT-CREDENTIALS client gets a role. If any one of several
    names is enough, the choice opens least over all calls: read-only before full, even if that
    takes two names, and then few. A comment lists the alternatives. If they mean different things,
    such as to record and to wrap up, the recorded body decides; if it does not, the command asks on
    a terminal, and otherwise leaves the permission open. Only methods, paths and the names in
    bodies are taken from a recording. No file is overwritten.
    """
    from toolkit.workflows import derive as derive_files
    from toolkit.workflows import open_catalog

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    derived = derive_files(
        [key.strip() for text in operations for key in text.split(",") if key.strip()],
        har=har,
        contracts=contracts,
        name=name,
        folder=out or ".",
        grant_types=grant_types,
        catalog=open_catalog(catalog),
        choose=_ask if sys.stdin.isatty() and sys.stderr.isatty() else lambda _, __: (),
    )
    if out is None:
        run.write(f"# {name}.yaml\n{derived.policy}\n# {name}.tf\n{derived.terraform}")
    else:
        from toolkit.workflows import write_derived

        for path in write_derived(derived, out, name):
            run.write(f"{path}\n")
    for line in derived.remarks:
        note(line)
    return (ExitCode.OK if derived.complete else ExitCode.UNDECIDED).value
