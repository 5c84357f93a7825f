"""Append Markdown to the summary page of a GitHub Actions job."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.reporters import markdown

if TYPE_CHECKING:
    from toolkit.model.report import Report

#: The environment variable with the path of the page's file.
VARIABLE = "GITHUB_STEP_SUMMARY"


def append(report: Report) -> str | None:
    """Append the report if there is such a page. Return a warning if that fails.

    It is only a warning, because the results are on stdout and keep their exit status.
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
