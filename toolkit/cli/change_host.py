"""The pull request (GitHub) or merge request (GitLab) of a job, and the API of its host.

Nothing is sent for a fork, because the author of a fork has no write access here.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from toolkit.errors import RemoteError, UsageError

#: The token with write access; GitLab's own job token has none.
TOKEN: Final = "RECORDING_TOOLKIT_COMMENT_TOKEN"  # noqa: S105 - a name
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_SECONDS: Final = 30
_PAGE: Final = 100
_MOST_PAGES: Final = 30


class Change(NamedTuple):
    """The API of the change. `comments` is the URL of the comments on the whole change.

    `update` is the URL of one comment without its id. `head` is the last commit; for GitLab, an API
    call returns it.
    """

    api: str
    url: str
    comments: str
    update: str
    method: str
    headers: Mapping[str, str]
    rights: str
    is_github: bool
    head: str = ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that the token is only sent to its own host."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def change_of(environ: Mapping[str, str]) -> Change | str:
    """Return the change of this job, or why there is none. Raises `UsageError` without a token."""
    return _github(environ) if environ.get("GITHUB_ACTIONS") else _gitlab(environ)


def _github(environ: Mapping[str, str]) -> Change | str:
    if environ.get("GITHUB_EVENT_NAME") != "pull_request":
        return "this is not a pull request"
    repository = environ["GITHUB_REPOSITORY"]
    change = json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_bytes())["pull_request"]
    if (change["head"].get("repo") or {}).get("full_name") != repository:
        return "the pull request comes from a fork"
    api = f"{environ['GITHUB_API_URL']}/repos/{repository}"
    number = int(change["number"])
    return Change(
        environ["GITHUB_API_URL"],
        f"{api}/pulls/{number}",
        f"{api}/issues/{number}/comments",
        f"{api}/issues/comments",
        "PATCH",
        {
            "Authorization": f"Bearer {_token(environ)}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        "permissions: {pull-requests: write}",
        is_github=True,
        head=str(change["head"].get("sha") or ""),
    )


def _gitlab(environ: Mapping[str, str]) -> Change | str:
    number, project = environ.get("CI_MERGE_REQUEST_IID"), environ.get("CI_PROJECT_ID")
    if not number or not project:
        return "this is not a merge request"
    of, source = (environ.get(f"CI_MERGE_REQUEST_{which}PROJECT_ID") for which in ("", "SOURCE_"))
    if not of or of != source or of != project:
        return "the merge request comes from a fork"
    api = environ["CI_API_V4_URL"]
    url = f"{api}/projects/{int(project)}/merge_requests/{int(number)}"
    return Change(
        api,
        url,
        f"{url}/notes",
        f"{url}/notes",
        "PUT",
        {"PRIVATE-TOKEN": _token(environ)},
        "a project token with the scope api",
        is_github=False,
    )


def _token(environ: Mapping[str, str]) -> str:
    token = environ.get(TOKEN, "")
    if not token or not token.isascii() or not token.isprintable():
        raise UsageError(
            f"{TOKEN} has no token to comment with", hint="Set it to one that may write comments."
        )
    return token


def writers(change: Change) -> Callable[[Mapping[str, Any]], bool]:
    """Return a predicate: whether a comment is our own, since anyone may write the marker line."""
    try:
        me = send(change, "GET", f"{change.api}/user").get("id")
    except RemoteError:
        me = None  # The token of a GitHub job does not belong to a user.

    def is_ours(comment: Mapping[str, Any]) -> bool:
        author = comment.get("user") or comment.get("author") or {}
        return bool(author.get("type") == "Bot" if me is None else author.get("id") == me)

    return is_ours


def pages(change: Change, url: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of all pages of a list. Raises `RemoteError`."""
    for page in range(1, _MOST_PAGES + 1):
        found = send(change, "GET", f"{url}?per_page={_PAGE}&page={page}")
        yield from found
        if len(found) < _PAGE:
            return


def send(change: Change, method: str, url: str, body: object = None) -> Any:
    """Return the host's response. Raises `RemoteError`, and `UsageError` for a URL without TLS."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise UsageError(f"{parts.hostname}: not asked without TLS", hint="Use its https address.")
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "recording-toolkit"}
    request = urllib.request.Request(  # noqa: S310 - the scheme is known
        url, data, {**headers, **change.headers}, method=method
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise RemoteError(
            f"{method} {parts.hostname}{parts.path}: {error.code}",
            hint=f"The token needs the right to comment: {change.rights}.",
        ) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise RemoteError(
            f"{method} {parts.hostname}{parts.path}: no answer ({type(error).__name__})",
            hint="Run the job again.",
        ) from None
