"""Suggest the edits of a report on the lines of a pull request or a merge request.

Run as ``python -m toolkit.cli.review FILE`` by the action and the template; FILE is a JSON report.
A host shows a suggestion only on lines of the diff, so others are left out, as are suggestions that
exist already. Nothing is sent for a fork.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from toolkit.cli.change_host import Change, change_of, pages, send, writers
from toolkit.cli.run import complain, say
from toolkit.errors import ExitCode, ToolkitError, UsageError
from toolkit.lazily import pattern
from toolkit.model.edits import Safety
from toolkit.model.report import Problem
from toolkit.reporters.markdown_escaping import code, marked

_MARK: Final = "<!-- recording-toolkit:review"
_HUNK: Final = pattern(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
#: The maximum number of suggestions in one run; the next run has the next ones.
_MOST: Final = 30


class Line(NamedTuple):
    """A line after the change: its text, its number before the change if any, and its hunk."""

    text: str
    before: int | None
    hunk: int


class Suggestion(NamedTuple):
    """New text for the lines from `first` to `last` of a file."""

    path: str
    first: int
    last: int
    text: str
    said: str

    @property
    def marker(self) -> str:
        key = "\n".join([self.path, self.said, self.text])
        return f"{_MARK} {hashlib.sha256(key.encode()).hexdigest()[:16]} -->"

    def body(self, fence: str) -> str:
        """Return the comment; `fence` is the host's language name for a suggestion block."""
        ticks = "```"
        while ticks in self.text:
            ticks += "`"
        return f"{self.marker}\n{self.said}\n\n{ticks}{fence}\n{self.text}{ticks}\n"


def main(arguments: list[str]) -> int:
    """Return the exit status; 0 also if there is nothing to do."""
    try:
        if len(arguments) != 1:
            raise UsageError("no FILE is given", hint="Name a report as JSON.")
        say(review(Path(arguments[0]), os.environ))
    except ToolkitError as error:
        complain([Problem(error.message, error.hint)])
        return error.exit_code.value
    return ExitCode.OK.value


def review(file: Path, environ: Mapping[str, str]) -> str:
    """Post the report's suggestions, and return a sentence about it. Raises `ToolkitError`."""
    change = change_of(environ)
    if isinstance(change, str):
        return f"no review: {change}"
    try:
        report = json.loads(file.read_bytes())
        fixes = list(_fixes(report))
    except OSError as error:
        return f"no review: {file}: {error.strerror}"
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UsageError(f"{file}: not a report as JSON", hint="Write one: -f json=FILE.") from None
    if not fixes:
        return "no review: no finding has an edit"
    diff = _github_diff(change) if change.is_github else _gitlab_diff(change)
    found = {
        made.marker: made
        for fix in fixes
        if (made := _suggestion(fix, {path: each.lines for path, each in diff.items()})) is not None
    }
    known = _told(change)
    new = [each for marker, each in found.items() if marker not in known][:_MOST]
    if not new:
        why = "all of it stands there" if found else "no edit is on lines of the diff"
        return f"no review: {why}"
    if change.is_github:
        comments = [_github_comment(each) for each in new]
        body = {"commit_id": change.head, "event": "COMMENT", "comments": comments}
        send(change, "POST", f"{change.url}/reviews", body)
    else:
        refs = send(change, "GET", change.url)["diff_refs"]
        for each in new:
            send(change, "POST", f"{change.url}/discussions", _gitlab_comment(each, diff, refs))
    return f"{len(new)} suggestion{'' if len(new) == 1 else 's'} posted"


def _fixes(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the results that have an edit, each edit once."""
    seen: set[str] = set()
    for each in report["results"]:
        fix = each.get("fix_edits")
        if fix is None or fix["safety"] == Safety.DISPLAY_ONLY:
            continue
        key = json.dumps(fix["edits"])
        if key not in seen:
            seen.add(key)
            yield each


def _suggestion(
    result: Mapping[str, Any], diff: Mapping[str, Mapping[int, Line]]
) -> Suggestion | None:
    """Return the edits of a result as one suggestion; None unless one hunk has all their lines."""
    fix = result["fix_edits"]
    edits = sorted(fix["edits"], key=lambda each: each["start"]["byte"])
    paths = {os.path.normpath(each["path"]) for each in edits}
    path = paths.pop() if len(paths) == 1 else ""
    lines = diff.get(path)
    if lines is None or any("\r" in each["text"] for each in edits):
        return None
    first, last = edits[0]["start"]["line"], edits[-1]["end"]["line"]
    if first == last:
        # A pure insertion includes a line beside it.
        first, last = (first - 1, last) if first - 1 in lines else (first, last + 1)
    covered = [lines.get(number) for number in range(first, last)]
    if None in covered or len({each.hunk for each in covered if each is not None}) != 1:
        return None
    if not _is_as_checked(path, first, [each.text for each in covered if each is not None]):
        return None
    parts: list[str] = []
    at = first
    for each in edits:
        parts += [f"{lines[number].text}\n" for number in range(at, each["start"]["line"])]
        text = str(each["text"])
        parts.append(text if not text or text.endswith("\n") else f"{text}\n")
        at = each["end"]["line"]
    parts += [f"{lines[number].text}\n" for number in range(at, last)]
    look = " Look at it first: it is not safe by itself." if fix["safety"] != Safety.SAFE else ""
    said = f"{code(result['rule'])} of {code(str(result['address']))}: {marked(fix['message'])}"
    return Suggestion(path, first, last - 1, "".join(parts), said + look)


def _is_as_checked(path: str, first: int, texts: Sequence[str]) -> bool:
    """Whether the lines of the diff are those that were checked; a merge may have changed them."""
    file = Path(path)
    root = Path.cwd()
    try:
        if file.is_absolute() or not file.resolve().is_relative_to(root.resolve()):
            return False
        lines = file.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except OSError:
        return False
    return lines[first - 1 : first - 1 + len(texts)] == [*texts]


def _told(change: Change) -> set[str]:
    """Return the first lines of our own comments."""
    is_ours = writers(change)
    url = f"{change.url}/{'comments' if change.is_github else 'notes'}"
    return {
        str(each.get("body", "")).partition("\n")[0].rstrip("\r")
        for each in pages(change, url)
        if is_ours(each)
    }


class _File(NamedTuple):
    """A file of the diff: its path before the change, and its lines after it."""

    before: str
    lines: Mapping[int, Line]


def _github_diff(change: Change) -> dict[str, _File]:
    return {
        each["filename"]: _File(
            each.get("previous_filename") or each["filename"], _lines(each.get("patch") or "")
        )
        for each in pages(change, f"{change.url}/files")
    }


def _gitlab_diff(change: Change) -> dict[str, _File]:
    return {
        each["new_path"]: _File(each["old_path"], _lines(each.get("diff") or ""))
        for each in pages(change, f"{change.url}/diffs")
    }


def _lines(patch: str) -> dict[int, Line]:
    """Return the lines of a diff after the change, by number."""
    found: dict[int, Line] = {}
    old = new = hunk = 0
    for line in patch.split("\n"):
        head = _HUNK.match(line)
        if head is not None:
            old, new, hunk = int(head[1]), int(head[2]), hunk + 1
        elif hunk and line.startswith("+"):
            found[new] = Line(line[1:], None, hunk)
            new += 1
        elif hunk and line.startswith("-"):
            old += 1
        elif hunk and line.startswith(" "):
            found[new] = Line(line[1:], old, hunk)
            old, new = old + 1, new + 1
    return found


def _github_comment(each: Suggestion) -> dict[str, Any]:
    comment: dict[str, Any] = {
        "path": each.path,
        "line": each.last,
        "side": "RIGHT",
        "body": each.body("suggestion"),
    }
    if each.first != each.last:
        comment |= {"start_line": each.first, "start_side": "RIGHT"}
    return comment


def _gitlab_comment(
    each: Suggestion, diff: Mapping[str, _File], refs: Mapping[str, str]
) -> dict[str, Any]:
    file = diff[each.path]
    position: dict[str, Any] = {
        "position_type": "text",
        **{name: refs[name] for name in ("base_sha", "start_sha", "head_sha")},
        "new_path": each.path,
        "old_path": file.before,
        "new_line": each.last,
    }
    before = file.lines[each.last].before
    if before is not None:
        position["old_line"] = before
    return {"body": each.body(f"suggestion:-{each.last - each.first}+0"), "position": position}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
