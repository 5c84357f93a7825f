"""`init`: write a first configuration, policy and test for a folder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from toolkit.bounds import outside
from toolkit.cli.confined import confine_to
from toolkit.cli.live import asked_org
from toolkit.cli.options import api_options, bounding_options
from toolkit.cli.run import Run, complain, note
from toolkit.errors import UsageError
from toolkit.model.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.workflows.run_init import Found, Survey

_PIPELINES = ("github", "gitlab", "atlantis", "azure", "pre-commit")
_CONTRACTS = ("recording-session", "call-recording")
_NO = "no"
_CAN = {Verdict.PASS: "yes", Verdict.FAIL: "no"}


@click.command(
    "init",
    short_help="Write a first configuration for what is there.",
    epilog="""\b
Examples:
  recording-toolkit init
  recording-toolkit init --yes
  recording-toolkit init --record 'genesyscloud_oauth_client.kiosk' --ci github
  recording-toolkit init envs/ --yes --contract call-recording --ci gitlab
  recording-toolkit init --live --region eu-west-1

\b
Exit status: 0 written; 2 a file is there already, something could not be read,
or nobody says which clients record; 4 the org could not be read.
""",
)
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path())
@click.option(
    "--record",
    metavar="ADDRESS",
    multiple=True,
    help="A client that records, by its address. Repeatable; then nothing is asked.",
)
@click.option(
    "--contract",
    type=click.Choice(_CONTRACTS),
    help="By which calls they record. Default: those that a client can make already, else "
    "recording-session.",
)
@click.option(
    "--ci",
    "pipelines",
    type=click.Choice(_PIPELINES),
    multiple=True,
    help="Write a pipeline for it too. Repeatable.",
)
@click.option(
    "-y",
    "--yes",
    is_flag=True,
    help="Ask nothing: those record that can already, or that say so in their name.",
)
@click.option(
    "--live",
    is_flag=True,
    help="Also read the org, as the operator: it decides roles that the Terraform does not define, "
    "and the command says which clients it has.",
)
@api_options
@bounding_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    directory: str,
    record: tuple[str, ...],
    contract: str | None,
    pipelines: tuple[str, ...],
    yes: bool,
    live: bool,
    **hosts: Any,
) -> int:
    """Look at a repository, and write what the next check needs.

    The command searches DIR, by default the current folder, for root modules. It says which OAuth
    clients they have and what each can do, asks which of them record, and writes
    recording-toolkit.toml, a policy that names these clients, and its test. After that, 'check'
    needs no argument. Nothing that exists is overwritten. Where DIR has a configuration already,
    --ci writes the pipeline alone.

    With --live the operator is GENESYSCLOUD_OAUTHCLIENT_ID with GENESYSCLOUD_OAUTHCLIENT_SECRET, or
    GENESYSCLOUD_ACCESS_TOKEN. The region is --region, RECORDING_TOOLKIT_REGION or
    GENESYSCLOUD_REGION. The org is not changed.
    """
    from toolkit.workflows import add_pipelines, has_configuration, initialize, survey

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    if pipelines and not record and has_configuration(directory):
        for path in add_pipelines(directory, pipelines):
            run.write(f"wrote {path}\n")
        return 0
    found = survey(directory, org=asked_org(live, hosts))
    for client in found.clients:
        run.write(_wrapped(_line(client)))
    _tell_org(run, found)
    if found.problems:
        complain(found.problems)
        return int(max(problem.exit_code for problem in found.problems))
    if not found.clients:
        raise UsageError(
            f"{directory}: there is no genesyscloud_oauth_client in it",
            hint="Name the folder with the Terraform of the clients.",
        )
    asks = not (yes or record)
    if asks and not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "nobody can say which of these clients record",
            hint="Give --yes for those that seem to, or name them: --record ADDRESS.",
        )
    known = {client.address for client in found.clients}
    for address in record:
        if address not in known:
            raise UsageError(
                f"--record {address}: there is no such client",
                hint=f"There: {', '.join(sorted(known))}.",
            )
    chosen: dict[tuple[str, str], str] = {}
    for client in found.clients:
        suggested = (client.suggested and contract) or client.suggested
        if record:
            named = client.address in record
            answer = (contract or suggested or _CONTRACTS[0]) if named else None
        else:
            answer = _asked(client, suggested) if asks else suggested
        if answer is not None:
            chosen[client.root, client.address] = answer
    for path in initialize(found, chosen, pipelines):
        run.write(f"wrote {path}\n")
    _tell_left_out(found, chosen)
    return 0


def _tell_left_out(found: Survey, chosen: Mapping[tuple[str, str], str]) -> None:
    """Report the clients that no policy names, and the roots that no check reads."""
    from toolkit.reporters.terminal import visible

    taken = {root for root, _ in chosen}
    left = [each for each in found.clients if (each.root, each.address) not in chosen]
    for each in left:
        what = "" if each.root in taken else ", and 'check' does not look at this root"
        note(f"left out: {visible(each.root)}: {visible(each.address)}{what}")
    if left:
        note("name each client that records: --record ADDRESS; or add it to the policy's clients")


def _tell_org(run: Run, found: Survey) -> None:
    """Print the clients of the org, and which of them this Terraform has by name."""
    from toolkit.reporters.terminal import visible

    if found.org is not None:
        run.write(f"org {visible(str(found.org))}\n")
    names_are_known = all(client.name for client in found.clients)
    for client in found.in_org:
        if client.namesakes:
            of = f"the name of {', '.join(map(visible, client.namesakes))}"
        else:
            known = "has" if names_are_known else "is known to have"
            of = f"no client of this Terraform {known} its name"
        run.write(_wrapped(f"{_line(client)}; {of}"))
    for each in found.notes:
        note(each.message)


def _wrapped(line: str) -> str:
    from toolkit.reporters.terminal import wrapped

    return "\n".join(wrapped(line, first="", rest="    ")) + "\n"


def _line(client: Found) -> str:
    from toolkit.reporters.terminal import visible

    can = ", ".join(f"{contract} {_can(client, contract)}" for contract in client.can)
    who = ", ".join(part for part in (client.name, client.grant_type) if part)
    return f"{visible(client.root)}: {visible(client.address)} ({visible(who)}): {can}"


def _can(client: Found, contract: str) -> str:
    """Return what a client can do, for each variable file if they differ."""
    from toolkit.reporters.terminal import visible

    files = client.by_file.get(contract, {})
    if len(set(files.values())) < 2:
        verdict = client.can[contract]
        return _CAN.get(verdict, verdict.value)
    told = (
        f"{_CAN.get(verdict, verdict.value)} with {visible(file)}"
        for file, verdict in files.items()
    )
    return " and ".join(told)


def _asked(client: Found, suggested: str | None) -> str | None:
    from toolkit.reporters.terminal import visible

    with outside():
        answer = click.prompt(
            f"Does {visible(client.address)} of {visible(client.root)} record, and by which "
            "contract?",
            type=click.Choice([*_CONTRACTS, _NO]),
            default=suggested or _NO,
            err=True,
        )
    return None if answer == _NO else str(answer)
