"""`verify`: compare the state with the org after an apply, then probe."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.configured import (
    Chosen,
    TargetsCommand,
    chosen,
    configuration_options,
    judged_by,
    of_targets,
)
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
from toolkit.cli.start_options import ask_to_start, start_options
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.model.report import Environment, Report

#: Each of these options requests a probe, even if the credentials for it are missing.
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
#: The options for a probe.
_OF_STARTS = (*_MEANT, "contract", "wait")


@click.command(
    "verify",
    cls=TargetsCommand,
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
@click.argument("state", metavar="[STATE]", required=False, type=click.Path())
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
@configuration_options
@click.pass_context
def command(ctx: click.Context, /, **_: Any) -> int:
    """Find out after 'terraform apply' whether the org has what the state says, and records.

    STATE is a state file, the output of 'terraform show -json', or - for that on stdin. Its OAuth
    clients are read from the org: manual changes are reported, and the policy judges what the org
    grants. Then the client is probed as in 'probe', if its credentials are given.

    The org is read as the operator: GENESYSCLOUD_OAUTHCLIENT_ID with
    GENESYSCLOUD_OAUTHCLIENT_SECRET, or GENESYSCLOUD_ACCESS_TOKEN. The client under test is
    RECORDING_TOOLKIT_CLIENT_ID with RECORDING_TOOLKIT_CLIENT_SECRET, or
    RECORDING_TOOLKIT_ACCESS_TOKEN for a user-grant client. The region is --region,
    RECORDING_TOOLKIT_REGION or GENESYSCLOUD_REGION.
    """
    from toolkit.workflows import joined

    found = chosen(ctx)
    if found is not None and len(found.targets) > 1:
        raise UsageError(
            f"verify is about one target, and {len(found.targets)} are chosen",
            hint="Name it with --target.",
        )
    ((environment, inner),) = of_targets(ctx, found, "state")
    root = None if environment is None else environment.root
    if root is not None and inner.params["source_dir"] is None and os.path.isdir(root):  # noqa: PTH112
        inner.params["source_dir"] = root
    judging = partial(_verified, of=found, environment=environment)
    report = judged_by(inner, found, judging)
    if environment is not None:
        report = joined([(environment, report)])
    return ctx.ensure_object(Run).finish(report)


def _verified(ctx: click.Context, of: Chosen | None, environment: Environment | None) -> Report:
    from toolkit.cli.signals import ended_in_order
    from toolkit.genesys.credentials import names_subject
    from toolkit.workflows import ProbeRequest, VerifyRequest, verify

    given = dict(ctx.params)
    org, yes, state = connection(given), given["yes"], given["state"]
    start = {name: given[name] for name in _OF_STARTS}
    probing = yes or names_subject(os.environ) or any(start[name] for name in _MEANT)
    agree = ask_to_start if not yes else lambda _: None
    with ended_in_order(), progress() as tell:
        return verify(
            VerifyRequest(
                state,
                policies=given["policies"],
                source_dir=given["source_dir"],
                stdin=stdin_bytes() if state == "-" else None,
                fail_on=least_severity(given["fail_on"]),
                unknown=given["unknown"],
                today=given["today"],
                settle=given["settle"],
                environment=None if environment is None else environment.name,
            ),
            ProbeRequest(**start) if probing else None,
            org,
            tell=tell,
            agree=agree,
        )
