"""The common part of `plan` and `apply`: options, targets and Terraform's output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import structs

from toolkit.cli.configured import (
    Chosen,
    configuration_options,
    coverage,
    judged_by,
    of_targets,
    refuse_several_orgs,
)
from toolkit.cli.live import asked_org
from toolkit.cli.options import (
    HOST_OPTIONS,
    api_options,
    baseline_option,
    bounding_options,
    counting_options,
    format_option,
    in_order,
    least_severity,
    no_clients_option,
    policy_option,
    rule_options,
    variable_options,
    workspace_option,
)
from toolkit.cli.run import complain, wants_colour
from toolkit.model.inventory import Note
from toolkit.model.report import Problem

if TYPE_CHECKING:
    from toolkit.model.report import Environment, Report
    from toolkit.workflows import ProvisionRequest, TargetRoles

_F = TypeVar("_F", bound=Callable[..., Any])

_DIRECTORY = click.argument("directory", metavar="[DIR]", required=False, type=click.Path())
_BACKEND = click.option(
    "--backend-config",
    "backend_config",
    metavar="KEY=VALUE|FILE",
    multiple=True,
    help="Backend configuration for 'terraform init': KEY=VALUE, or a file. Repeatable.",
)
_SOURCE_DIR = click.option(
    "--source-dir",
    metavar="DIR",
    type=click.Path(),
    help="The Terraform that DIR is a copy of: shows findings in its files and lines.",
)
_LIVE = click.option(
    "--live",
    is_flag=True,
    help="Read the org, as the operator: it decides the roles that the plan does not define, and "
    "says what the operator lacks for the plan.",
)
_BINARY = click.option(
    "--terraform-bin",
    metavar="FILE",
    default="terraform",
    help="The Terraform to run, such as tofu. Default: terraform, on the PATH.",
)


def provisioning_options(function: _F) -> _F:
    """Add DIR and the options of both to a `ConfiguredCommand`."""
    for option in (
        configuration_options,
        format_option,
        bounding_options,
        _BINARY,
        api_options,
        _LIVE,
        baseline_option,
        no_clients_option,
        counting_options,
        rule_options,
        _SOURCE_DIR,
        workspace_option,
        _BACKEND,
        variable_options,
        policy_option,
        _DIRECTORY,
    ):
        function = option(function)
    return function


def provisioned(
    ctx: click.Context,
    of: Chosen | None,
    run: Callable[[ProvisionRequest], Report],
    *,
    stops: bool = False,
) -> Report:
    """Return the report of `run` in DIR, or in each target, one after another.

    With `stops`, the first target that does not succeed is the last one that runs.
    """
    from toolkit.provision.logs import in_logs, leaking
    from toolkit.workflows import TargetRoles, joined

    refuse_several_orgs(of, ctx)
    if logging := leaking(os.environ):
        complain([Problem(in_logs(logging))], warning=True)
    roles: dict[str, TargetRoles] = {}
    parts: list[tuple[Environment, Report]] = []
    targets = of_targets(ctx, of, "directory")
    for number, (environment, inner) in enumerate(targets):
        known = None
        if environment is not None and environment.org:
            known = roles.setdefault(environment.org, TargetRoles(environment.org))
        judging = partial(_judged, of=of, environment=environment, known=known, run=run)
        report = judged_by(inner, of, judging)
        if environment is None:
            return report
        parts.append((environment, report))
        left = [each.name for each, _ in targets[number + 1 :] if each is not None]
        if stops and left and report.exit_code:
            message = f"{environment.name} was not applied, and so not run: {', '.join(left)}."
            report = joined(parts)
            notes = {*report.notes, Note("targets-not-run", message)}
            return structs.replace(report, notes=tuple(sorted(notes)))
    return joined(parts)


def _judged(
    ctx: click.Context,
    of: Chosen | None,
    environment: Environment | None,
    known: TargetRoles | None,
    run: Callable[[ProvisionRequest], Report],
) -> Report:
    return run(_request(ctx, of, environment, known))


def _request(
    ctx: click.Context,
    of: Chosen | None,
    environment: Environment | None,
    known: TargetRoles | None,
) -> ProvisionRequest:
    from toolkit.workflows import ProvisionRequest, TerraformRun

    given = ctx.params
    return ProvisionRequest(
        given["directory"],
        policies=given["policies"],
        variables=in_order(ctx, var="var", var_file="file"),
        source_dir=given["source_dir"],
        backend_config=given["backend_config"],
        workspace=given["workspace"],
        fail_on=least_severity(given["fail_on"]),
        unknown=given["unknown"],
        select=given["select"],
        ignore=given["ignore"],
        baseline=given["baseline"],
        org=asked_org(given["live"], {name: given[name] for name in HOST_OPTIONS}),
        target_roles=known,
        environment=None if environment is None else environment.name,
        comments_waive=of is None or of.commit is None,
        allow_no_clients=given["allow_no_clients"],
        coverage=coverage(of) if environment is None else None,
        terraform=TerraformRun(
            binary=given["terraform_bin"],
            environ=os.environ,
            out=show,
            colour=wants_colour(sys.stderr),
        ),
    )


def show(data: bytes) -> None:
    """Write Terraform's output to stderr, because stdout is for the report."""
    # A reader that goes away must not stop us from waiting for Terraform.
    with suppress(OSError):
        sys.stderr.flush()
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()
