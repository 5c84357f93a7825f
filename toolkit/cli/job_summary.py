"""The summary page of a GitHub Actions job, to which a step may append Markdown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.reporters import markdown

if TYPE_CHECKING:
    from toolkit.model.report import Report

#: The variable in which GitHub names the file.
VARIABLE = "GITHUB_STEP_SUMMARY"


def append(report: Report) -> str | None:
    """Append the report where there is such a page; returns a warning where that fails.

    A page that cannot be written costs a line, no more: the results are on stdout, and the exit
    status stays theirs.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    text = markdown.render(report)
    try:
        with Path(path).open("a", encoding="utf-8", newline="\n") as summary:
            summary.write(text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a valid path"
        return f"warning: the job summary cannot be written: {reason}"
    return None
