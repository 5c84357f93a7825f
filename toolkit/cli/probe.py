"""`probe`: try to start a recording, and diagnose what is wrong."""

from __future__ import annotations

from typing import Any

import click

from toolkit.cli.options import api_options, connection, format_option, verbose_option
from toolkit.cli.run import Run, progress
from toolkit.cli.start_options import ask_to_start, start_options


@click.command(
    "probe",
    short_help="Start a recording as the client under test, and say what is wrong.",
    epilog="""\b
Examples:
  recording-toolkit probe --preflight --region eu-west-1
  recording-toolkit probe --session-id ID --dry-run
  recording-toolkit probe --event webhook.json --wait 30 --yes
  recording-toolkit probe --contract call-recording --conversation-id ID \\
    --participant-id ID --yes
  recording-toolkit probe --session-id ID --yes --source terraform.tfstate \\
    --client genesyscloud_oauth_client.recorder

\b
Exit status: 0 ready, or nothing found by --preflight; 1 a misconfiguration;
2 usage; 3 undecided; 4 the platform was not reachable; 70 a bug.
""",
)
@start_options
@click.option(
    "--client",
    metavar="ADDRESS",
    help="The client that the credentials must belong to, by its Terraform address.",
)
@click.option(
    "--source", metavar="STATE", type=click.Path(), help="The state that has the --client."
)
@click.option(
    "--as-operator",
    is_flag=True,
    help="Probe the operator itself, with the credentials of GENESYSCLOUD_....",
)
@api_options
@format_option
@verbose_option
@click.pass_context
def command(ctx: click.Context, /, yes: bool, verbose: bool, **options: Any) -> int:
    """Try to start a recording as the client under test, and say what is wrong.

    Requests a token, asks who it belongs to, and reads the session; checks the payload; starts the
    recording, once; looks whether it runs, and stops it if the contract can. The start acts on a
    real conversation, so the command asks first, or needs --yes.

    The client under test is RECORDING_TOOLKIT_CLIENT_ID with RECORDING_TOOLKIT_CLIENT_SECRET, or
    RECORDING_TOOLKIT_ACCESS_TOKEN for a user-grant client. The operator's GENESYSCLOUD_... are not
    used for it. The region is --region, RECORDING_TOOLKIT_REGION or GENESYSCLOUD_REGION.
    """
    from toolkit.cli.signals import ended_in_order
    from toolkit.workflows import ProbeRequest, probe

    org = connection(options)

    agree = ask_to_start if not yes else lambda _: None
    with ended_in_order(), progress() as tell:
        report = probe(ProbeRequest(**options), org, tell=tell, agree=agree)
    return ctx.ensure_object(Run).finish(report, brief=not verbose)
