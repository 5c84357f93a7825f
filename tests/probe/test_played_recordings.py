"""The expected first cause of a pause and of a snippet, by hand and with the reason.

Nothing of the diagnosis is imported here. Scenarios about other calls do not affect these two.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.probe.played import explained
from toolkit.mock.scenarios import load_scenario

pytestmark = pytest.mark.server


def _both(cause: str) -> tuple[str, str]:
    return cause, cause


#: Scenarios, the first cause of a snippet, that of a pause, and the reason.
TABLE: list[tuple[tuple[str, ...], str, str, str]] = [
    (("ready",), "none", "recording.not-running", "There is nothing yet to be paused."),
    (("session-recording",), "none", "none", "The other recorder has a recording to be paused."),
    (("recorded-by-policy",), "none", "none", "So has that of a policy."),
    (
        ("recording-paused",),
        "none",
        "recording.paused",
        "A snippet has a recorder of its own; what is paused cannot be paused.",
    ),
    (
        ("participant-disconnected",),
        "participant.left",
        "recording.not-running",
        "A pause is of the call, in which nobody is recorded.",
    ),
    (
        ("participant-alerting",),
        "participant.not-active",
        "recording.not-running",
        "The same of one who has not answered.",
    ),
    (("session-not-found",), *_both("session.not-found"), "The platform's code for it."),
    (("permission-missing",), *_both("permission.missing"), "The 403 names it."),
    (("permission-other-division",), *_both("permission.missing"), "The 403 names it."),
    (
        ("scope-missing",),
        "start.not-confirmed",
        "scope.missing",
        "Which scope a snippet takes is not published; the call cannot be read without one.",
    ),
    (("start-not-confirmed",), "start.not-confirmed", "recording.not-running", "Nothing is seen."),
    (
        ("rate-limited-briefly",),
        "none",
        "recording.not-running",
        "Only the looks at the token and the grants were too many.",
    ),
    (("rate-limited",), *_both("platform.rate-limited"), "Every call answers 429."),
    (("unavailable",), *_both("platform.unavailable"), "Every call answers 503."),
    (("gateway-page",), *_both("platform.unavailable"), "Every call answers a page with 502."),
    (("client-inactive",), *_both("client.inactive"), "Its own state says so."),
    (("bad-credentials",), *_both("auth.bad-credentials"), "The log-in comes before all."),
    (("grant-not-supported",), *_both("auth.grant-not-supported"), "The log-in comes before all."),
    (("token-expired",), *_both("auth.token-rejected"), "The API answers credentials.expired."),
    (("token-rejected",), *_both("auth.token-rejected"), "Every call answers bad.credentials."),
    # Pairs: the login comes before later steps, the caller before the call.
    (
        ("bad-credentials", "participant-disconnected"),
        *_both("auth.bad-credentials"),
        "The log-in comes before all.",
    ),
    (("bad-credentials", "session-not-found"), *_both("auth.bad-credentials"), "So here."),
    (("bad-credentials", "permission-missing"), *_both("auth.bad-credentials"), "So here."),
    (
        ("token-rejected", "participant-disconnected"),
        *_both("auth.token-rejected"),
        "Behind a token that is refused nothing is seen.",
    ),
    (
        ("client-inactive", "permission-missing"),
        *_both("client.inactive"),
        "What is not active needs no permission.",
    ),
    (
        ("permission-missing", "session-not-found"),
        *_both("permission.missing"),
        "Its own grants are read first, and lack it.",
    ),
    (
        ("permission-missing", "participant-disconnected"),
        *_both("permission.missing"),
        "The 403 names it.",
    ),
    (
        ("permission-missing", "recording-paused"),
        *_both("permission.missing"),
        "The 403 names it.",
    ),
]


@pytest.mark.parametrize("contract", ["snippet", "recording-state"])
@pytest.mark.parametrize(
    ("scenarios", "snippet", "pause"), [row[:3] for row in TABLE], ids=lambda each: str(each)
)
def test_what_stands_first(
    scenarios: tuple[str, ...], snippet: str, pause: str, contract: str, tmp_path: Path
) -> None:
    right = snippet if contract == "snippet" else pause
    for laid in {scenarios, scenarios[::-1]}:
        for grant in load_scenario(*laid).grants:
            report = explained(contract, grant, tmp_path, *laid)
            found = report.diagnoses[0].cause
            assert (report.contract, found) == (contract, right), (laid, grant)


def test_every_row_has_its_reason() -> None:
    assert all(row[3].endswith(".") for row in TABLE)
