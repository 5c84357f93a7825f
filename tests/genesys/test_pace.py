"""Requests are sent as fast as the platform allows, and no faster."""

from __future__ import annotations

from tests.workflows.orgs import Clock
from toolkit.genesys.pace import REQUESTS_PER_MINUTE, Pace


def times(requests: int, limit: int, between: float = 0.0) -> list[float]:
    """Return when each request was sent, in seconds from the first."""
    clock = Clock(now=0.0)
    pace = Pace(limit, clock=clock, sleep=clock.sleep)
    sent = []
    for _ in range(requests):
        pace.wait()
        sent.append(clock.now)
        clock.now += between
    return sent


def test_what_fits_into_a_minute_does_not_wait() -> None:
    assert times(270, REQUESTS_PER_MINUTE) == [0.0] * 270


def test_the_next_one_waits_until_the_first_is_a_minute_old() -> None:
    assert times(5, 2) == [0.0, 0.0, 60.0, 60.0, 120.0]
    assert times(4, 2, between=25.0) == [0.0, 25.0, 60.0, 85.0]


def test_no_minute_has_more_than_the_limit() -> None:
    sent = times(2000, REQUESTS_PER_MINUTE, between=0.1)
    busiest = max(sum(start <= t < start + 60 for t in sent) for start in sent)
    assert busiest == REQUESTS_PER_MINUTE < 300


def test_slow_requests_never_wait() -> None:
    assert times(10, 2, between=31.0) == [31.0 * n for n in range(10)]
