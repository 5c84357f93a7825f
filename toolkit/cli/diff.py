"""`diff`: the access that a change gives and takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.configured import (
    Chosen,
    TargetsCommand,
    chosen,
    configuration_options,
    for_target,
    judged_by,
    refuse_several_orgs,
)
from toolkit.cli.confined import confine_to
from toolkit.cli.live import asked_org
from toolkit.cli.options import (
    HOST_OPTIONS,
    api_options,
    catalog_option,
    counting_options,
    execution_options,
    format_option,
    in_order,
    least_severity,
    reading_options,
    rule_options,
    today_option,
    variable_options,
)
from toolkit.cli.run import Run, stdin_bytes
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.configuration import ConfiguredTarget
    from toolkit.model.report import Environment, Report
    from toolkit.workflows.commits import Commits

_COMMIT = "git:"


class DiffCommand(TargetsCommand):
    """Reads the configuration only if one of its targets is requested."""

    def _chosen(
        self, ctx: click.Context, given: Mapping[str, Any], args: tuple[str, ...]
    ) -> Chosen | None:
        if any(given.get(name) for name in ("target", "tag", "all_targets")):
            return super()._chosen(ctx, given, args)
        for name in ("config", "config_ref"):
            if given.get(name):
                raise UsageError(
                    f"--{name.replace('_', '-')} changes nothing without a target",
                    hint="Choose some of its targets: --target NAME, --tag TAG, --all-targets.",
                )
        return None

    def defaults(self, values: Mapping[str, Any]) -> dict[str, Any]:
        # The output files of the configuration are for reports of checks.
        return super().defaults({name: each for name, each in values.items() if name != "format"})


@click.command(
    "diff",
    cls=DiffCommand,
    short_help="Say what access a change gives and takes.",
    epilog="""\b
Examples:
  recording-toolkit diff git:main terraform/
  recording-toolkit diff git:v1.2:terraform git:HEAD:terraform
  recording-toolkit diff before/ terraform/
  recording-toolkit diff git:main terraform/ --policy our-changes.yaml
  recording-toolkit diff --live terraform/ --region eu-west-1
  recording-toolkit diff plan.json
  recording-toolkit diff terraform.tfstate plan.json
  recording-toolkit diff before/ terraform/ --var-file prod.tfvars -f text -f json=out.json
  recording-toolkit diff before/ terraform/ -f markdown=comment.md
  recording-toolkit diff git:main --target prod

\b
Exit status: 0 compared, 1 a rule about changes is violated, 2 something could
not be looked at, 3 a rule about changes could not be decided, 70 a bug.
""",
)
@click.argument("base", metavar="BASE", type=click.Path())
@click.argument("head", metavar="[HEAD]", required=False, type=click.Path())
@variable_options
@execution_options
@click.option(
    "--source-dir",
    metavar="DIR",
    type=click.Path(),
    help="The Terraform that a plan was made from: shows files and lines, and which roles it has.",
)
@reading_options
@click.option(
    "-p",
    "--policy",
    "policies",
    metavar="NAME|FILE",
    multiple=True,
    help="A policy whose rules about changes are asked. Repeatable. Default: none.",
)
@rule_options
@format_option
@counting_options
@today_option
@catalog_option
@click.option(
    "--live",
    is_flag=True,
    help="Read the org, as the operator, and compare it with the one input that is given.",
)
@api_options
@configuration_options
@click.pass_context
def command(ctx: click.Context, /, **_: Any) -> int:
    """Say what OAuth clients gain and lose between BASE and HEAD: scopes, permissions, operations.

    Each is a folder, a .tf file, a plan or a state as JSON, - for JSON on stdin, or git:REF[:DIR],
    a commit of the repository at hand; without DIR it is the folder that it is compared with. A
    plan stands for what there is after its apply; a plan alone is compared with what there is
    before it. With --live the org is BASE; the operator is the one of check --live. Configurations
    that grant the same have no change between them, however they are written.

    The root of a --target is HEAD if BASE is a commit, and is compared with the variables and the
    policies of the target.
    """
    found = chosen(ctx)
    from toolkit.workflows import joined
    from toolkit.workflows.commits import Commits

    run = ctx.ensure_object(Run)
    with Commits(os.environ) as commits:
        if found is None:
            _prepare(ctx, commits)
            confine_to(run, ctx, also=commits.folders)
            return run.finish(_compared(ctx, commits))
        refuse_several_orgs(found, ctx)
        runs = [_of_target(ctx, found, target) for target in found.targets]
        contexts = [inner for _, inner in runs]
        for each in contexts:
            _prepare(each, commits)
        confine_to(run, *contexts, of=found, also=commits.folders)
        parts = []
        for environment, inner in runs:
            compared = partial(_compared, commits=commits, of=found, target=environment.name)
            parts.append((environment, judged_by(inner, found, compared)))
        return run.finish(joined(parts))


def _prepare(ctx: click.Context, commits: Commits) -> None:
    given = ctx.params
    commits.prepare(given["base"], given["head"], given["max_size"] << 20)


def _of_target(
    ctx: click.Context, of: Chosen, target: ConfiguredTarget
) -> tuple[Environment, click.Context]:
    from toolkit.model.report import Environment

    inner = for_target(ctx, of, target)
    given = inner.params
    if given["head"] is None and given["base"].startswith(_COMMIT):
        given["head"] = target.root
    elif len(of.targets) > 1:
        raise UsageError(
            f"only a commit is compared with several targets, and {len(of.targets)} are chosen",
            hint="Give git:REF alone, or name one target.",
        )
    elif given["source_dir"] is None and os.path.isdir(target.root):  # noqa: PTH112
        given["source_dir"] = target.root
    return Environment(target.name, target.root, target.owner, target.org), inner


def _compared(
    ctx: click.Context, commits: Commits, of: Chosen | None = None, target: str | None = None
) -> Report:
    from toolkit.workflows import Execution, diff, open_catalog

    given = ctx.params
    limit = given["max_size"] << 20
    return diff(
        given["base"],
        given["head"],
        commits=commits,
        variables=in_order(ctx, var="var", var_file="file"),
        source_dir=given["source_dir"],
        stdin=stdin_bytes(limit) if "-" in (given["base"], given["head"]) else None,
        exclude=given["exclude"],
        policies=given["policies"],
        select=given["select"],
        ignore=given["ignore"],
        fail_on=least_severity(given["fail_on"]),
        unknown=given["unknown"],
        today=given["today"],
        catalog=open_catalog(given["catalog"]),
        org=asked_org(given["live"], {name: given[name] for name in HOST_OPTIONS}),
        max_size=limit,
        execution=Execution(
            given["workspace"],
            given["terraform_version"],
            given["tofu_version"],
            given["trusts_installed"],
        ),
        comments_waive=of is None or of.commit is None,
        environment=target,
    )
