"""The options of `check` that edit files, and the handling of the edits."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import click
from click.core import ParameterSource

from toolkit.cli.run import Output, Run, complain, note, write_bytes
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.files.rewriting import Rewrite
    from toolkit.model.report import Report
    from toolkit.workflows.run_fix import Fixed

_F = TypeVar("_F", bound=Callable[..., Any])
#: The parameter names of the options.
FIXING: Final = ("fix", "unsafe_fixes", "shows_diff", "fix_only")
#: Formats that show the edits of a finding.
_SHOWING: Final = frozenset({"json", "sarif", "rdjson", "markdown", "html"})
#: The number of reasons shown.
_TOLD: Final = 10


def fixing_options(function: _F) -> _F:
    """Add `--fix` and related options."""
    options = (
        click.option(
            "--fix",
            is_flag=True,
            help="Write the edits that mend a violation and change no other client, then report "
            "what is left. Each is proven first: the configuration is judged with it.",
        ),
        click.option(
            "--unsafe-fixes",
            is_flag=True,
            help="With --fix, --fix-only or --diff: also edits that a person should look at, such "
            "as those of a role, of a local that others use, and removals.",
        ),
        click.option(
            "--diff",
            "shows_diff",
            is_flag=True,
            help="Write nothing; print the edits as a diff that 'git apply' takes. Exit 1 where "
            "there are any.",
        ),
        click.option(
            "--fix-only", is_flag=True, help="As --fix, without a report of what is left. Exit 0."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def asks_for_edits(outputs: Iterable[Output]) -> bool:
    """Whether one of the formats shows edits."""
    return any(output.reporter.name in _SHOWING for output in outputs)


def refuse_misuse(ctx: click.Context) -> None:
    """Raise `UsageError` for options that cannot be combined with options that edit."""
    given = ctx.params
    asked = [
        option
        for name, option in (("fix", "--fix"), ("fix_only", "--fix-only"), ("shows_diff", "--diff"))
        if given[name]
    ]
    if len(asked) > 1:
        raise UsageError(f"{asked[0]} and {asked[1]} are both given", hint="Choose one.")
    if not asked:
        if given["unsafe_fixes"]:
            raise UsageError(
                "--unsafe-fixes alone changes nothing",
                hint="Add --diff to see the edits, or --fix to write them.",
            )
        return
    if given["live"] and not given["sources"]:
        raise UsageError(
            f"{asked[0]} has nothing to edit in an org", hint="Name a folder of Terraform too."
        )
    for name, option in (
        ("write_baseline", "--write-baseline"),
        ("saved_plans", "--saved-plan"),
    ):
        if given[name]:
            raise UsageError(
                f"{asked[0]} and {option} do not go together",
                hint=f"{asked[0]} edits folders of Terraform; leave {option} out.",
            )
    has_format = ctx.get_parameter_source("formats") is ParameterSource.COMMANDLINE
    if has_format and asked[0] != "--fix":
        raise UsageError(
            f"{asked[0]} gives no report, so --format would change nothing",
            hint="Leave out one of the two.",
        )


def finish_fixes(
    ctx: click.Context,
    fixed: Fixed,
    report: Report,
    *,
    only: Literal["summary", "statistics"] | None,
) -> int:
    """Write the edits, or show them; then report what is left. Return the exit status."""
    from toolkit.files.rewriting import rewrite

    given = ctx.params
    if given["shows_diff"]:
        _show(fixed.files)
        _say(fixed, report, "Would fix", unsafe=given["unsafe_fixes"])
        complain(report.errors)
        return 1 if fixed.files else report.exit_code.value
    rewrite(fixed.files)
    _say(fixed, report, "Fixed", unsafe=given["unsafe_fixes"])
    if given["fix_only"]:
        complain(report.errors)
        return report.exit_code.value if report.errors else 0
    return ctx.ensure_object(Run).finish(report, only=only)


def _say(fixed: Fixed, report: Report, verb: str, *, unsafe: bool) -> None:
    """Report what was fixed, what could be fixed, and what has no edit."""
    from toolkit.model.edits import Safety
    from toolkit.workflows.fix_proposals import few

    files = len(fixed.files)
    if files:
        note(f"{verb} {_counted(fixed.count)} in {files} file{'' if files == 1 else 's'}.")
    if fixed.others:
        note(f"The edits also affect {few(fixed.others)}.")
    waiting = 0
    if not unsafe:
        found = [each.fix_edits for each in report.results if each.fix_edits is not None]
        waiting = sum(each.safety is not Safety.DISPLAY_ONLY for each in found)
    if waiting:
        more = " more" if files else " finding" if waiting == 1 else " findings"
        note(f"{waiting}{more} could be fixed with --unsafe-fixes.")
    if fixed.without:
        note(
            f"{_counted(fixed.without)} {'has' if fixed.without == 1 else 'have'} no automatic fix."
        )
    elif not files and not waiting:
        note("There is nothing to fix.")
    reasons: dict[str, list[str]] = {}
    for rule, address, why in fixed.left:
        reasons.setdefault(why, []).append(f"{rule} of {address}")
    for why, findings in [*reasons.items()][:_TOLD]:
        shown = findings if len(findings) < 4 else [*findings[:2], f"{len(findings) - 2} more"]
        *first, last = shown
        note(f"No fix for {', '.join(first)}{' and ' if first else ''}{last}: {why}.")
    if len(reasons) > _TOLD:
        left = sum(map(len, [*reasons.values()][_TOLD:]))
        note(f"No fix for {left} more.")


def _counted(findings: int) -> str:
    return f"{findings} finding{'' if findings == 1 else 's'}"


def _show(files: Sequence[Rewrite]) -> None:
    from toolkit.reporters.unified_diff import FileChange

    parts = []
    base = _base(files)
    for each in files:
        path = os.path.relpath(each.disk, base).replace(os.sep, "/")
        before, after = (x.decode("utf-8", "surrogateescape") for x in (each.before, each.after))
        change = FileChange(before, after)
        diff = change.diff(path, _hidden(each.path, before, change.ranges()))
        if diff is None:
            note(
                f"The diff of {each.path} is not shown: a line beside the edit may hold a secret. "
                "--fix writes it."
            )
        else:
            parts.append(diff)
    if parts and base != os.getcwd():  # noqa: PTH109
        note(f"The paths of the diff are from {base}: apply it there.")
    write_bytes(sys.stdout, b"".join(parts))


def _hidden(path: str, text: str, edited: Iterable[tuple[int, int]]) -> set[int]:
    """Return the lines of a file that its diff must not show beside the edited ranges."""
    from toolkit.sources.hcl.editing.showing import hidden_lines
    from toolkit.sources.hcl.syntax.source import Source

    # A byte order mark belongs to the first line, but not to the Terraform.
    terraform = text.removeprefix("\ufeff")
    mark = len(text) - len(terraform)
    ranges = [(start - mark, end - mark) for start, end in edited]
    return hidden_lines(Source(path, terraform), ranges, 0, len(terraform))


def _base(files: Sequence[Rewrite]) -> str:
    """Return the base folder for paths of a diff; git refuses paths that lead out of it."""
    from toolkit.files.tree import tree_root

    here = os.getcwd()  # noqa: PTH109
    folders = [os.path.dirname(each.disk) for each in files]  # noqa: PTH120
    for base in (here, *map(tree_root, folders[:1])):
        if all(os.path.commonpath([base, folder]) == base for folder in folders):
            return base
    return os.path.commonpath(folders)
