"""Post a Markdown report as a comment on a GitHub pull request or a GitLab merge request.

Run as ``python -m toolkit.cli.comment FILE...`` by the action and the template. It replaces the
comment of an earlier run with the same first line; missing files were not written and are skipped.
Nothing is sent for a fork, because the author of a fork has no write access here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from toolkit.cli.change_host import Change, change_of, pages, send, writers
from toolkit.cli.run import complain, say
from toolkit.errors import ExitCode, ToolkitError, UsageError
from toolkit.model.report import Problem

_MARK: Final = "<!-- recording-toolkit:"
#: The maximum length of a comment on GitHub; GitLab accepts more.
_LIMIT: Final = 65_536


def main(arguments: list[str]) -> int:
    """Return the exit status; 0 also if there is nothing to do."""
    try:
        if not arguments:
            raise UsageError("no FILE is given", hint="Name a report in Markdown.")
        first, *others = map(Path, arguments)
        # A missing check report gets a message; a missing comparison does not.
        for file in (first, *(each for each in others if each.is_file())):
            say(comment(file, os.environ))
    except ToolkitError as error:
        complain([Problem(error.message, error.hint)])
        return error.exit_code.value
    return ExitCode.OK.value


def comment(file: Path, environ: Mapping[str, str]) -> str:
    """Post or update the comment, and return a sentence about it. Raises `ToolkitError`."""
    change = change_of(environ)
    if isinstance(change, str):
        return f"no comment: {change}"
    try:
        body = file.read_text(encoding="utf-8")
    except OSError as error:
        return f"no comment: {file}: {error.strerror}"
    marker = body.partition("\n")[0]
    if not marker.startswith(_MARK) or len(body) > _LIMIT:
        raise UsageError(f"{file}: not a report in Markdown", hint="Write one: -f markdown=FILE.")
    earlier = _earlier(change, marker)
    if earlier is None:
        send(change, "POST", change.comments, {"body": body})
        return "a comment was posted"
    send(change, change.method, f"{change.update}/{earlier}", {"body": body})
    return "the comment was updated"


def _earlier(change: Change, marker: str) -> int | None:
    """Return the id of the comment of an earlier run, or None."""
    is_ours = writers(change)
    for each in pages(change, change.comments):
        if is_ours(each) and str(each.get("body", "")).partition("\n")[0].rstrip("\r") == marker:
            return int(each["id"])
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
