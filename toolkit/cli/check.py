"""`check`: check Terraform against a policy."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import click
from click.core import ParameterSource

from toolkit.cli.configured import (
    Chosen,
    ConfiguredCommand,
    chosen,
    configuration_options,
    coverage,
    covered,
    for_target,
    judged_by,
    refuse_several_orgs,
)
from toolkit.cli.confined import confine_to
from toolkit.cli.fixes import FIXING, asks_for_edits, finish_fixes, fixing_options, refuse_misuse
from toolkit.cli.live import asked_org
from toolkit.cli.options import (
    HOST_OPTIONS,
    api_options,
    baseline_option,
    catalog_option,
    client_globs,
    counting_options,
    execution_options,
    format_option,
    in_order,
    least_severity,
    no_clients_option,
    policy_option,
    reading_options,
    rule_options,
    today_option,
    variable_options,
    written_path,
)
from toolkit.cli.run import Run, stdin_bytes
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.model.report import Environment, Report
    from toolkit.workflows import CheckRequest, TargetRoles
    from toolkit.workflows.source_reading import Found

#: Options that an inventory does not use, since it judges nothing.
_JUDGING = (
    "clients", "all_clients", "select", "ignore", "fail_on", "unknown", "baseline",
    "write_baseline", "today", "allow_no_clients", "quiet", "statistics",
    "operator", *FIXING,
)  # fmt: skip
#: Those that `check` handles differently or not at all.
_SHOWN = ("fail_on", "quiet", "statistics", *FIXING)
_FIXED = "toolkit.cli.check.fixed"


@click.command(
    "check",
    cls=ConfiguredCommand,
    short_help="Check OAuth clients in Terraform against a policy.",
    epilog="""\b
Examples:
  recording-toolkit check terraform/
  recording-toolkit check terraform/ --var-file prod.tfvars
  terraform show -json plan.tfplan | recording-toolkit check -
  recording-toolkit check plan.json --source-dir terraform/ -f text -f json=out.json
  recording-toolkit check --saved-plan plan.tfplan --source-dir terraform/
  recording-toolkit check terraform.tfstate --policy our-policy.yaml
  recording-toolkit check terraform/ --client genesyscloud_oauth_client.recorder
  recording-toolkit check terraform/ --write-baseline known.json
  recording-toolkit check terraform/ --baseline known.json
  recording-toolkit check terraform/ --diff
  recording-toolkit check terraform/ --fix
  recording-toolkit check terraform/ --inventory
  recording-toolkit check terraform/ --can patchConversationsCallParticipant
  recording-toolkit check --live --region eu-west-1
  recording-toolkit check plan.json --live --region eu-west-1
  recording-toolkit check plan.json --operator --live --region eu-west-1

\b
Exit status: 0 fine, 1 a violation, 2 something could not be looked at,
3 something stayed unknown, 4 a remote or a tool failed, 70 a bug.
""",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path())
@policy_option
@variable_options
@execution_options
@click.option(
    "--saved-plan",
    "saved_plans",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="Have Terraform show what 'terraform plan -out' wrote, and check that. Starts the "
    "providers that are installed in --source-dir, or in the plan's folder. Repeatable.",
)
@click.option(
    "--source-dir",
    metavar="DIR",
    type=click.Path(),
    help="The Terraform that a plan was made from: shows its findings in their files and lines.",
)
@reading_options
@click.option(
    "--client",
    "clients",
    metavar="GLOB",
    multiple=True,
    callback=client_globs,
    help="Check the clients with this name or address, whatever clients the rules are about; "
    "only * is a wildcard. Repeatable.",
)
@click.option(
    "--all-clients",
    is_flag=True,
    help="Give built-in notes and warnings for every client, not only for those that rules select.",
)
@rule_options
@format_option
@click.option("-q", "--quiet", is_flag=True, help="As text, give the summary alone.")
@click.option(
    "--statistics",
    is_flag=True,
    help="As text, give the summary and how often each rule failed, the worst last.",
)
@counting_options
@no_clients_option
@baseline_option
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(),
    callback=written_path,
    help="Write down all that fails or is unknown now, whether or not --baseline knows it. The "
    "report and the exit status stay as they are.",
)
@today_option
@click.option(
    "--no-waivers",
    is_flag=True,
    help="Judge as if nothing were waived, for auditors.",
)
@fixing_options
@catalog_option
@click.option(
    "--inventory",
    "lists_inventory",
    is_flag=True,
    help="Judge nothing; show what was understood: clients, scopes, roles, and what is not known.",
)
@click.option(
    "--can",
    "operation",
    metavar="OPERATION",
    help="Which clients can call this operation? No rule is asked. An operation is an id, such as "
    "'recording-toolkit catalog search' finds, or a call: 'GET /api/v2/...'.",
)
@click.option(
    "--live",
    is_flag=True,
    help="Read the org, as the operator: without a SOURCE its OAuth clients are checked; with one "
    "it decides the roles that the source does not define.",
)
@click.option(
    "--operator",
    is_flag=True,
    help="Also say what the operator, as whom Terraform runs, lacks for what the sources ask: as "
    "the org knows it (--live), or a policy (operator:).",
)
@api_options
@configuration_options
@click.pass_context
def command(ctx: click.Context, /, **_: Any) -> int:
    """Check the OAuth clients of Terraform, or of an org, against a policy.

    A SOURCE is a folder or a zip of one, a .tf file, a plan or a state as JSON, or - for JSON on
    stdin. Without one it is the current folder. Every root module in a folder is checked, and
    nothing is run: only --saved-plan starts Terraform. Each client passes, fails, or is unknown; an
    unknown says which input would decide it.

    With --live the operator is GENESYSCLOUD_OAUTHCLIENT_ID with GENESYSCLOUD_OAUTHCLIENT_SECRET, or
    GENESYSCLOUD_ACCESS_TOKEN. The region is --region, RECORDING_TOOLKIT_REGION or
    GENESYSCLOUD_REGION.
    """
    found = chosen(ctx)
    take_configured_sources(ctx, found)
    if ctx.params["operation"] is not None:
        _refuse(ctx, "--can asks no rule", also=("lists_inventory",), but=("clients",))
    if found is None or not found.targets:
        _confine(found, ctx)
        if ctx.params["lists_inventory"]:
            return _inventory(ctx)
        report = judged_by(ctx, found, partial(_judged, of=found))
        limits = coverage(found)
        return _finish(ctx, report if limits is None else limits.limit(report))
    if len(found.targets) > 1:
        for name, option in (
            ("lists_inventory", "--inventory"),
            ("write_baseline", "--write-baseline"),
            ("fix", "--fix"),
            ("fix_only", "--fix-only"),
            ("shows_diff", "--diff"),
        ):
            if ctx.params[name]:
                raise UsageError(
                    f"{option} is about one target",
                    hint=f"Name it with --target; there are {len(found.targets)}.",
                )
    refuse_several_orgs(found, ctx)
    from toolkit.workflows import joined

    runs = list(of_each_target(ctx, found))
    _confine(found, ctx, *(inner for _, inner in runs))
    if ctx.params["lists_inventory"]:
        return _inventory(runs[0][1])
    read = _read_what_shares_an_org(runs, found)
    parts = []
    for each, inner in runs:
        judging = partial(_judged, of=found, environment=each, read=read.get(each.name))
        parts.append((each, judged_by(inner, found, judging)))
    if found.is_whole:
        parts += _beside_targets(ctx, found, [report for _, report in parts])
    report = joined(parts)
    limits = covered(found)
    if found.is_whole and found.commit is None and limits is not None:
        from msgspec.structs import replace

        notes = limits.notes(found.loaded.folder, ctx.params["exclude"])
        report = replace(report, notes=tuple(sorted({*report.notes, *notes})))
    return _finish(ctx, report)


def take_configured_sources(ctx: click.Context, of: Chosen | None) -> None:
    """Use the sources of the configuration if the command line names none."""
    if of is not None and not (ctx.params["sources"] or ctx.params["saved_plans"]):
        ctx.params["sources"] = tuple(of.loaded.values.get("sources", ()))


def of_each_target(ctx: click.Context, of: Chosen) -> Iterator[tuple[Environment, click.Context]]:
    """Yield each target with its own context."""
    from toolkit.model.report import Environment

    for target in of.targets:
        inner = for_target(ctx, of, target)
        if not (inner.params["sources"] or inner.params["saved_plans"]):
            inner.params["sources"] = (target.root,)
        elif inner.params["source_dir"] is None and os.path.isdir(target.root):  # noqa: PTH112
            inner.params["source_dir"] = target.root
        yield Environment(target.name, target.root, target.owner, target.org), inner


def _confine(of: Chosen | None, *contexts: click.Context) -> None:
    """Restrict the process to the files that it reads."""
    is_here = len(contexts) == 1 and not contexts[0].params["sources"]
    confine_to(contexts[0].ensure_object(Run), *contexts, of=of, also=["."] if is_here else [])


def _beside_targets(
    ctx: click.Context, of: Chosen, others: Sequence[Report]
) -> list[tuple[Environment, Report]]:
    """Return reports on the sources that no target of a commit's configuration covers.

    The change may have added such a source.
    """
    limits = coverage(of)
    if limits is None or ctx.params["operation"] is not None:
        return []
    from msgspec.structs import replace

    from toolkit.model.report import Environment
    from toolkit.sources.read_requests import NO_ROOT, NO_TERRAFORM
    from toolkit.workflows.source_reading import each_once

    folder = of.loaded.folder
    ctx.params["sources"] = (folder,)
    found = Environment("(no target)", folder)
    report = judged_by(ctx, of, partial(_judged, of=of, environment=found))
    told = {problem.message for each in others for problem in each.errors}
    # It is not an error that nothing exists besides the targets.
    told |= {each.format(name) for name in each_once([folder]) for each in (NO_TERRAFORM, NO_ROOT)}
    left = tuple(each for each in report.errors if each.message not in told)
    report = limits.limit(limits.only_left(replace(report, errors=left)))
    return [(found, report)] if report.sources or report.errors else []


def _read_what_shares_an_org(
    runs: Sequence[tuple[Environment, click.Context]], of: Chosen
) -> dict[str, tuple[Found, TargetRoles]]:
    """Read all targets of a shared org before judging one: one may define roles for another."""
    from toolkit.workflows import TargetRoles, read_terraform

    orgs = Counter(each.org for each, _ in runs if each.org)
    roles = {org: TargetRoles(org) for org, number in orgs.items() if number > 1}
    read = {}
    for each, inner in runs:
        if each.org in roles and inner.params["operation"] is None:
            found = read_terraform(_request(inner, of, each), pairs=True)
            roles[each.org].add(found.inventories, each.name)
            read[each.name] = found, roles[each.org]
    return read


def _finish(ctx: click.Context, report: Report) -> int:
    fixed = ctx.meta.get(_FIXED)
    if fixed is not None:
        return finish_fixes(ctx, fixed, report, only=_only(ctx))
    return ctx.ensure_object(Run).finish(report, only=_only(ctx))


def _only(ctx: click.Context) -> Literal["summary", "statistics"] | None:
    if ctx.params["statistics"]:
        return "statistics"
    return "summary" if ctx.params["quiet"] else None


def _judged(
    ctx: click.Context,
    of: Chosen | None,
    environment: Environment | None = None,
    read: tuple[Found, TargetRoles] | None = None,
) -> Report:
    from msgspec import structs

    from toolkit import workflows

    given = ctx.params
    if given["operation"] is not None:
        name = None if environment is None else environment.name
        return workflows.who_can(
            given["operation"], clients=given["clients"], environment=name, **_reading(ctx)
        )
    request = _request(ctx, of, environment)
    refuse_misuse(ctx)
    if read is None:
        found = workflows.checked(request)
    else:
        found = workflows.checked(structs.replace(request, target_roles=read[1]), read[0])
    if given["fix"] or given["fix_only"] or given["shows_diff"]:
        fixed = workflows.fix(found, unsafe=given["unsafe_fixes"])
        ctx.meta[_FIXED] = fixed
        return fixed.report
    if found.is_editable and asks_for_edits(ctx.ensure_object(Run).outputs):
        return workflows.with_edits(found)
    return found.report


def _request(
    ctx: click.Context, of: Chosen | None, environment: Environment | None
) -> CheckRequest:
    from toolkit.workflows import CheckRequest

    given = ctx.params
    return CheckRequest(
        **_reading(ctx),
        environment=None if environment is None else environment.name,
        waivers=not given["no_waivers"],
        comments_waive=of is None or of.commit is None,
        fail_on=least_severity(given["fail_on"]),
        **{name: given[name] for name in _JUDGING if name not in _SHOWN},
    )


def _reading(ctx: click.Context) -> dict[str, Any]:
    """Return the arguments for reading that a check and an inventory share."""
    given = ctx.params
    org = asked_org(given["live"], {name: given[name] for name in HOST_OPTIONS})
    sources = sources_of(ctx)
    how = how_to_read(ctx)
    return {
        **how,
        "sources": sources,
        "policies": given["policies"],
        "saved_plans": given["saved_plans"],
        "source_dir": given["source_dir"],
        "stdin": stdin_bytes(how["max_size"]) if "-" in sources else None,
        "exclude": given["exclude"],
        "org": org,
        "on_error": "report",
    }


def sources_of(ctx: click.Context) -> tuple[str, ...]:
    """Return the given sources; the current folder if there are no other inputs either."""
    given = ctx.params
    nothing_else = not (given["live"] or given["saved_plans"])
    return given["sources"] or ((".",) if nothing_else else ())


def how_to_read(ctx: click.Context) -> dict[str, Any]:
    """Return the values and the limits for reading sources."""
    from toolkit.workflows import Execution, open_catalog

    given = ctx.params
    return {
        "variables": in_order(ctx, var="var", var_file="file"),
        "catalog": open_catalog(given["catalog"]),
        "max_size": given["max_size"] << 20,
        "execution": Execution(
            given["workspace"],
            given["terraform_version"],
            given["tofu_version"],
            given["trusts_installed"],
        ),
    }


def _refuse(
    ctx: click.Context, why: str, *, also: tuple[str, ...] = (), but: tuple[str, ...] = ()
) -> None:
    """Refuse the options for judging in a run that judges nothing."""
    for name in (*_JUDGING, *also):
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE and name not in but:
            option = next(each.opts[0] for each in ctx.command.params if each.name == name)
            raise UsageError(
                f"{why}, so {option} would change nothing", hint="Leave out one of the two."
            )


def _inventory(ctx: click.Context) -> int:
    from toolkit.reporters.inventory_formats import INVENTORY_FORMATS
    from toolkit.workflows import input_digests, inventory

    run = ctx.ensure_object(Run)
    for output in run.outputs:
        if output.reporter.name not in INVENTORY_FORMATS:
            raise UsageError(
                f"an inventory has no format '{output.reporter.name}'",
                hint=f"Formats of --inventory: {', '.join(INVENTORY_FORMATS)}.",
            )
    run.lists_inventory = True
    _refuse(ctx, "--inventory judges nothing")
    reading = _reading(ctx)
    report = inventory(**reading)
    if any(output.reporter.name == "csv" for output in run.outputs):
        from msgspec.structs import replace

        report = replace(report, digests=input_digests(**reading, beside=report.beside))
    return run.finish_inventory(report)
