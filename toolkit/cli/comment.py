"""Puts a report in Markdown under a pull request of GitHub, or a merge request of GitLab.

``python -m toolkit.cli.comment FILE...``, for the action and the template. A comment of an earlier
run with the same first line is replaced; a file that is not there was not written. Nothing is sent
for a fork: whoever sends a change from one has no right to write here.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from toolkit.cli.run import complain, say
from toolkit.errors import ExitCode, RemoteError, ToolkitError, UsageError
from toolkit.model.report import Problem

#: The token that may write; GitLab's own job token may not.
TOKEN: Final = "RECORDING_TOOLKIT_COMMENT_TOKEN"  # noqa: S105 - a name
_MARK: Final = "<!-- recording-toolkit:"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_SECONDS: Final = 30
_PAGE: Final = 100
_MOST_PAGES: Final = 30
#: Characters that GitHub takes in a comment; GitLab takes more.
_LIMIT: Final = 65_536


class _Place(NamedTuple):
    """Where the comments of a change are; `update` is where one of them is, less its id."""

    api: str
    comments: str
    update: str
    method: str
    headers: Mapping[str, str]
    rights: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token goes to the host that it is for, and nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


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
    place = _github(environ) if environ.get("GITHUB_ACTIONS") else _gitlab(environ)
    if isinstance(place, str):
        return f"no comment: {place}"
    try:
        body = file.read_text(encoding="utf-8")
    except OSError as error:
        return f"no comment: {file}: {error.strerror}"
    marker = body.partition("\n")[0]
    if not marker.startswith(_MARK) or len(body) > _LIMIT:
        raise UsageError(f"{file}: not a report in Markdown", hint="Write one: -f markdown=FILE.")
    earlier = _earlier(place, marker)
    if earlier is None:
        _send(place, "POST", place.comments, {"body": body})
        return "a comment was posted"
    _send(place, place.method, f"{place.update}/{earlier}", {"body": body})
    return "the comment was updated"


def _github(environ: Mapping[str, str]) -> _Place | str:
    if environ.get("GITHUB_EVENT_NAME") != "pull_request":
        return "this is not a pull request"
    repository = environ["GITHUB_REPOSITORY"]
    change = json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_bytes())["pull_request"]
    if (change["head"].get("repo") or {}).get("full_name") != repository:
        return "the pull request comes from a fork"
    api = f"{environ['GITHUB_API_URL']}/repos/{repository}/issues"
    return _Place(
        environ["GITHUB_API_URL"],
        f"{api}/{int(change['number'])}/comments",
        f"{api}/comments",
        "PATCH",
        {
            "Authorization": f"Bearer {_token(environ)}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        "permissions: {pull-requests: write}",
    )


def _gitlab(environ: Mapping[str, str]) -> _Place | str:
    number, project = environ.get("CI_MERGE_REQUEST_IID"), environ.get("CI_PROJECT_ID")
    if not number or not project:
        return "this is not a merge request"
    of, source = (environ.get(f"CI_MERGE_REQUEST_{which}PROJECT_ID") for which in ("", "SOURCE_"))
    if not of or of != source or of != project:
        return "the merge request comes from a fork"
    api = environ["CI_API_V4_URL"]
    notes = f"{api}/projects/{int(project)}/merge_requests/{int(number)}/notes"
    headers = {"PRIVATE-TOKEN": _token(environ)}
    return _Place(api, notes, notes, "PUT", headers, "a project token with the scope api")


def _token(environ: Mapping[str, str]) -> str:
    token = environ.get(TOKEN, "")
    if not token or not token.isascii() or not token.isprintable():
        raise UsageError(
            f"{TOKEN} has no token to comment with", hint="Set it to one that may write comments."
        )
    return token


def _earlier(place: _Place, marker: str) -> int | None:
    """The comment of an earlier run: one of our own, since anyone may write such a line."""
    try:
        me = _send(place, "GET", f"{place.api}/user").get("id")
    except RemoteError:
        me = None  # the token of a GitHub job is not a user's
    for each in _comments(place):
        author = each.get("user") or each.get("author") or {}
        ours = author.get("type") == "Bot" if me is None else author.get("id") == me
        if ours and str(each.get("body", "")).partition("\n")[0].rstrip("\r") == marker:
            return int(each["id"])
    return None


def _comments(place: _Place) -> Iterator[dict[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        found = _send(place, "GET", f"{place.comments}?per_page={_PAGE}&page={page}")
        yield from found
        if len(found) < _PAGE:
            return


def _send(place: _Place, method: str, url: str, body: object = None) -> Any:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise UsageError(f"{parts.hostname}: not asked without TLS", hint="Use its https address.")
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "recording-toolkit"}
    request = urllib.request.Request(  # noqa: S310 - the scheme is known
        url, data, {**headers, **place.headers}, method=method
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise RemoteError(
            f"{method} {parts.hostname}{parts.path}: {error.code}",
            hint=f"The token needs the right to comment: {place.rights}.",
        ) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise RemoteError(
            f"{method} {parts.hostname}{parts.path}: no answer ({type(error).__name__})",
            hint="Run the job again.",
        ) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
