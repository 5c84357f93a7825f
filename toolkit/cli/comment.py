"""Puts a report in Markdown under a pull request of GitHub, or a merge request of GitLab.

``python -m toolkit.cli.comment FILE...``, for the action and the template. A comment of an earlier
run with the same first line is replaced; a file that is not there was not written. Nothing is sent
for a fork: whoever sends a change from one has no right to write here.
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
#: Characters that GitHub takes in a comment; GitLab takes more.
_LIMIT: Final = 65_536


def main(arguments: list[str]) -> int:
    """The exit status: 0 also where there is nothing to do."""
    try:
        if not arguments:
            raise UsageError("no FILE is given", hint="Name a report in Markdown.")
        first, *others = map(Path, arguments)
        # The check's says why there is none; of what was not compared there is nothing to say.
        for file in (first, *(each for each in others if each.is_file())):
            say(comment(file, os.environ))
    except ToolkitError as error:
        complain([Problem(error.message, error.hint)])
        return error.exit_code.value
    return ExitCode.OK.value


def comment(file: Path, environ: Mapping[str, str]) -> str:
    """Post or update, and what became of it in a sentence. Raises `ToolkitError`."""
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
    """The comment of an earlier run."""
    is_ours = writers(change)
    for each in pages(change, change.comments):
        if is_ours(each) and str(each.get("body", "")).partition("\n")[0].rstrip("\r") == marker:
            return int(each["id"])
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
