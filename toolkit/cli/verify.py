"""`verify`: after an apply, the state against the org, and then the probe."""

from __future__ import annotations

import os
from typing import Any

import click

from toolkit.cli.options import (
    api_options,
    connection,
    counting_options,
    format_option,
    least_severity,
    policy_option,
    today_option,
)
from toolkit.cli.run import Run, progress, stdin_bytes
from toolkit.cli.starting import ask_to_start, start_options

#: One of these asks for a probe, also where the credentials for it are missing.
_MEANT = (
    "client",
    "session_id",
    "conversation_id",
    "participant_id",
    "event",
    "payload",
    "preflight",
    "dry_run",
)
#: What says how to probe.
_OF_STARTS = (*_MEANT, "contract", "wait")


@click.command(
    "verify",
    short_help="Compare a state with the org after apply, and probe.",
    epilog="""\b
Examples:
  recording-toolkit verify terraform.tfstate --region eu-west-1
  terraform show -json | recording-toolkit verify - --region eu-west-1
  recording-toolkit verify terraform.tfstate --settle 300 --preflight
  recording-toolkit verify terraform.tfstate --event webhook.json --wait 30 --yes
  recording-toolkit verify terraform.tfstate --session-id ID --yes \\
    --client genesyscloud_oauth_client.recorder

\b
Exit status: 0 the org has what the state says, the policy holds, and the probe
(if there was one) found nothing wrong; 1 a difference, a violation or a
misconfiguration; 2 something could not be looked at; 3 something stayed
unknown; 4 the org could not be read or reached; 70 a bug.
""",
)
@click.argument("state", metavar="STATE", type=click.Path())
@policy_option
@click.option(
    "--source-dir",
    metavar="DIR",
    type=click.Path(),
    help="The Terraform that was applied: shows differences in its files and lines.",
)
@click.option(
    "--settle",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    default=0.0,
    help="While the org differs, look again for this long: a change of permissions may take "
    "five minutes. Default: look once.",
)
@click.option(
    "--client",
    metavar="ADDRESS",
    help="The client to probe, by its address, where the state has several.",
)
@start_options
@api_options
@format_option
@counting_options
@today_option
@click.pass_context
def command(ctx: click.Context, /, state: str, fail_on: str, yes: bool, **options: Any) -> int:
    """Find out after 'terraform apply' whether the org has what the state says, and records.

    STATE is a state file, what 'terraform show -json' prints, or - for that on stdin. Its OAuth
    clients are read from the org: what was changed by hand is named, and the policy judges what
    the org grants. Then the client is probed as 'probe' does it, where its credentials are given.

    The org is read as the operator: GENESYSCLOUD_OAUTHCLIENT_ID with
    GENESYSCLOUD_OAUTHCLIENT_SECRET, or GENESYSCLOUD_ACCESS_TOKEN. The client under test is
    RECORDING_TOOLKIT_CLIENT_ID with RECORDING_TOOLKIT_CLIENT_SECRET, or
    RECORDING_TOOLKIT_ACCESS_TOKEN for a client that a person logs in to. The region is --region,
    RECORDING_TOOLKIT_REGION or GENESYSCLOUD_REGION.
    """
    from toolkit.cli.signals import ended_in_order
    from toolkit.genesys.credentials import names_subject
    from toolkit.workflows import ProbeRequest, VerifyRequest, verify

    org = connection(options)
    start = {name: options.pop(name) for name in _OF_STARTS}
    probing = yes or names_subject(os.environ) or any(start[name] for name in _MEANT)
    agree = ask_to_start if not yes else lambda _: None
    with ended_in_order(), progress() as tell:
        report = verify(
            VerifyRequest(
                state,
                **options,
                stdin=stdin_bytes() if state == "-" else None,
                fail_on=least_severity(fail_on),
            ),
            ProbeRequest(**start) if probing else None,
            org,
            tell=tell,
            agree=agree,
        )
    return ctx.ensure_object(Run).finish(report)
