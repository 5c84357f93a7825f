"""`explain`: the diagnosis of the probe, offline."""

from __future__ import annotations

import click

from toolkit.cli.confined import confine_to
from toolkit.cli.options import bounding_options, format_option, verbose_option
from toolkit.cli.run import Run, stdin_bytes


@click.command(
    "explain",
    short_help="Say what is wrong with a recorded start, offline.",
    epilog="""\b
Examples:
  recording-toolkit explain --har recorded.har
  recording-toolkit explain --payload body.json
  jq .body request.json | recording-toolkit explain --payload -
  recording-toolkit explain --payload body.json --response answer.json \\
    --session session.json --tokens-me me.json
  recording-toolkit explain --response answer.json
  recording-toolkit explain --contract call-recording --har recorded.har -f json

\b
Exit status: 0 the start went well; 1 a misconfiguration; 2 usage, or nothing
to explain; 3 undecided; 4 the platform had failed; 70 a bug.
""",
)
@click.option(
    "--contract",
    metavar="NAME|FILE",
    help="recording-session; of the published API call-recording, recording-state or snippet; "
    "or an OpenAPI document. Default: what the recorded calls are of; recording-session for other "
    "files.",
)
@click.option(
    "--har",
    metavar="FILE",
    type=click.Path(),
    help="Requests as a browser, a proxy or Postman recorded them: HAR, or a Postman collection "
    "with its responses.",
)
@click.option(
    "--payload",
    metavar="FILE",
    type=click.Path(),
    help="The JSON body of a start; - reads it from stdin.",
)
@click.option("--response", metavar="FILE", type=click.Path(), help="The JSON of its answer.")
@click.option(
    "--session", metavar="FILE", type=click.Path(), help="The JSON of the session as it was read."
)
@click.option(
    "--tokens-me",
    metavar="FILE",
    type=click.Path(),
    help="The JSON that GET /api/v2/tokens/me answers with the same token: its scopes.",
)
@bounding_options
@format_option
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    contract: str | None,
    har: str | None,
    payload: str | None,
    response: str | None,
    session: str | None,
    tokens_me: str | None,
    verbose: bool,
) -> int:
    """Say what is wrong with a start that someone recorded, without sending anything.

    Causes that the files do not exclude are listed as not ruled out. In a recording, only calls
    with the start's host and token count. The command reads methods, hosts, paths, statuses, JSON
    bodies and the grant type of a log-in. The report has no cookie or token; ININ-Correlation-Id is
    the only header in it.
    """
    from toolkit.workflows import explain

    run = ctx.ensure_object(Run)
    confine_to(run, ctx)
    report = explain(
        contract=contract,
        har=har,
        payload=payload,
        response=response,
        session=session,
        tokens_me=tokens_me,
        stdin=stdin_bytes() if "-" in (har, payload, response, session, tokens_me) else None,
    )
    return run.finish(report, brief=not verbose)
