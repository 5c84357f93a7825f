"""Write the access changes of a pull request as Markdown, in addition to its check.

Run as ``python -m toolkit.cli.comparison REF FILE ARGUMENT...`` by the action and the template.
Each folder that ``check ARGUMENT...`` reads is compared with the same folder in the commit, with
the variables and the policies of the check; each plan is compared with the state before its apply.
A state has nothing to compare with, and no org is queried.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from toolkit import __version__
from toolkit.cli.boundary import guarded
from toolkit.cli.check import (
    command,
    how_to_read,
    of_each_target,
    sources_of,
    take_configured_sources,
)
from toolkit.cli.configured import Chosen, chosen, judged_by
from toolkit.cli.confined import confine_to
from toolkit.cli.options import least_severity
from toolkit.cli.run import Output, Run
from toolkit.errors import ExitCode, UsageError
from toolkit.files.opening import is_folder
from toolkit.model.inventory import STDIN, Note
from toolkit.model.report import Report
from toolkit.reporters.interface import reporter
from toolkit.workflows import diff, joined
from toolkit.workflows.commits import GIT, Commits
from toolkit.workflows.source_reading import is_terraform_text

if TYPE_CHECKING:
    from toolkit.model.report import Environment

#: The options of a check that a comparison uses unchanged.
_SHARED = (
    "policies", "source_dir", "exclude", "clients", "select", "ignore", "unknown", "today",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Return the exit status of the comparison; 1 and 3 come from rules about changes."""
    run = Run("diff", owns_process=__name__ == "__main__")
    return guarded(lambda: _main(arguments, run), run)


def _main(arguments: list[str], run: Run) -> int:
    if len(arguments) < 2:
        raise UsageError("no REF and FILE are given", hint="REF FILE ARGUMENT... of a check.")
    ref, file, *given = arguments
    markdown = reporter("markdown")
    assert markdown is not None  # noqa: S101 - it is one of them
    with command.make_context("check", given, obj=run) as ctx:
        run.command = "diff"
        run.outputs = (Output(markdown, Path(file)),)
        of = chosen(ctx)
        take_configured_sources(ctx, of)
        commits = ctx.with_resource(Commits(os.environ))
        compare = partial(_compared, ref=ref, of=of, commits=commits)
        runs = [] if of is None else list(of_each_target(ctx, of))
        contexts = [inner for _, inner in runs] or [ctx]
        for each in contexts:
            _prepare(each, ref, commits)
        confine_to(run, *contexts, of=of, also=[*commits.folders, "."])
        if of is None or not of.targets:
            report = judged_by(ctx, of, compare)
        else:
            report = joined(
                [
                    (each, judged_by(inner, of, partial(compare, environment=each)))
                    for each, inner in runs
                ]
            )
        if not report.sources and not report.errors:
            return ExitCode.OK.value
        return run.finish(report)


def _prepare(ctx: click.Context, ref: str, commits: Commits) -> None:
    """Check out the commits that the sources are compared with."""
    limit = ctx.params["max_size"] << 20
    for each in sources_of(ctx):
        if is_terraform_text(each, limit):
            commits.prepare(f"{GIT}{ref}", _folder(each), limit)


def _compared(
    ctx: click.Context,
    ref: str,
    of: Chosen | None,
    commits: Commits,
    environment: Environment | None = None,
) -> Report:
    given = ctx.params
    options: dict[str, Any] = {name: given[name] for name in _SHARED} | how_to_read(ctx)
    options |= {
        "fail_on": least_severity(given["fail_on"]),
        "waivers": not given["no_waivers"],
        "comments_waive": of is None or of.commit is None,
        "environment": None if environment is None else environment.name,
    }
    return _together([_of_source(each, ref, commits, options) for each in sources_of(ctx)])


def _of_source(source: str, ref: str, commits: Commits, options: dict[str, Any]) -> Report:
    if is_terraform_text(source, options["max_size"]):
        return diff(f"{GIT}{ref}", _folder(source), commits=commits, **options)
    try:
        if source == STDIN:
            raise UsageError("what standard input had was read by the check")
        return diff(source, commits=commits, **options)
    except UsageError as error:
        note = Note("not-compared", f"{source} is not compared: {error.message}.")
        return Report("diff", __version__, changes=(), notes=(note,))


def _folder(source: str) -> str:
    return source if is_folder(source) else os.path.dirname(source) or "."  # noqa: PTH120


def _together(reports: Sequence[Report]) -> Report:
    """Return one report on all sources of a check, or of a target."""
    nothing = Report("diff", __version__, changes=())
    return replace(
        reports[0] if reports else nothing,
        sources=tuple(each for report in reports for each in report.sources),
        results=tuple(each for report in reports for each in report.results),
        notes=tuple(sorted({each for report in reports for each in report.notes})),
        errors=tuple(each for report in reports for each in report.errors),
        changes=tuple(
            sorted(
                (each for report in reports for each in report.changes or ()),
                key=lambda change: change.sort_key,
            )
        ),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
