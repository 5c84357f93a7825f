"""Selects the recorded requests that can prove something about a start.

A recording of a morning holds calls of several programs, people and regions. An answer to one of
them says nothing about a start of another: only calls to the same host, with the same token, count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from toolkit.contracts.contract import Operation
from toolkit.probe.har.exchange import Exchange
from toolkit.probe.target import Probed, bound, same_id

_OWNER = Operation("", "GET", "/api/v2/tokens/me")
_GRANTS = Operation("", "GET", "/api/v2/authorization/subjects/me")
_TOKEN = Operation("", "POST", "/oauth/token")


class Proof(Struct, frozen=True):
    """The start, and the recorded calls before and after it that belong to it.

    Without a start, `before` has everything that belongs to the contract's last call. `fresh` is
    the part of it that no other start or stop of the same session may have outdated;
    `after_another` says that the last of these was an accepted start. `shown` are the calls after
    the start and before a stop. `starts` are all starts of the recording, also to other hosts and
    sessions, and `logins` all token requests. `about` are the ids in the path of the start, or of
    the contract's last call. `aside` counts calls that would matter if they had the same host and
    token. `shows_caller` is false if tokens were left out of the recording; then it is unknown who
    made the calls.
    """

    start: Exchange | None
    before: tuple[Exchange, ...]
    fresh: tuple[Exchange, ...]
    after: tuple[Exchange, ...]
    shown: tuple[Exchange, ...]
    token: Exchange | None
    about: dict[str, str]
    host: str
    aside: int
    shows_caller: bool
    starts: tuple[Exchange, ...]
    logins: tuple[Exchange, ...]
    after_another: bool

    def owner(self) -> Exchange | None:
        return self._last(_OWNER)

    def grants(self) -> Exchange | None:
        return self._last(_GRANTS)

    def listing(self, operation: Operation) -> Exchange | None:
        return self._last(operation)

    def without_answer(self, what: Probed) -> tuple[Exchange, ...]:
        """Return the calls that lack a recorded answer, although it would give information."""
        matter = (_OWNER, _GRANTS, what.read, what.listing)
        reads = [
            each
            for each in (*self.before, *self.after)
            if not each.says_something and any(op and is_call(each, op) for op in matter)
        ]
        start = self.start
        silent = start is not None and (start.status or 0) >= 400 and start.answer is None
        return (*reads, start) if start and silent and not start.answer_text else tuple(reads)

    def _last(self, operation: Operation) -> Exchange | None:
        # The identity does not change over time; a read after the start is as good.
        found = [e for e in (*self.before, *self.after) if is_call(e, operation)]
        return next((each for each in reversed(found) if each.says_something), None)


def is_call(exchange: Exchange, operation: Operation) -> bool:
    return exchange.method == operation.method and bound(operation, exchange.path) is not None


def is_start(what: Probed, exchange: Exchange) -> bool:
    """Whether it starts a recording: its operation has other uses, and may also stop one."""
    used = is_call(exchange, what.start) and not _is_of_other_use(what, exchange)
    return used and not what.stops(exchange.body)


def proof_of(what: Probed, exchanges: Sequence[Exchange]) -> Proof | None:
    """Return the evidence; None if no call is one of the contract's or asks for a token.

    The first refused start counts; a refused log-in before it comes first. A later accepted start
    of the same session on the same API makes the refused one good, whoever sent it. A start of
    another session does not, because the refusal may be about the first session. A request that
    stops a recording uses the operation of a start; it counts as a start only if there is no other.
    """
    starts = [i for i, each in enumerate(exchanges) if is_call(each, what.start)]
    starts = [i for i in starts if not _is_of_other_use(what, exchanges[i])]
    starts = [i for i in starts if not _is_stop(what, exchanges[i])] or starts
    failed = [i for i in starts if not _is_good(what, exchanges, i, starts)]
    failed.sort(key=lambda i: not _was_refused(_token_of(exchanges, i, exchanges[i])))
    others = [i for i, each in enumerate(exchanges) if concerns(what, each)]
    others = others or [i for i, each in enumerate(exchanges) if is_call(each, _TOKEN)]
    if not starts and not others:
        return None
    at = failed[0] if failed else starts[-1] if starts else _first_refused(exchanges, others)
    pivot = exchanges[at]
    start = pivot if starts else None
    mine = [_belongs(each, pivot) for each in exchanges]
    end = at if starts else len(exchanges)
    operation = what.start if starts else what.read
    about = bound(operation, pivot.path) or {}
    changes = [i for i in range(at) if starts and _changes(what, exchanges[i], pivot.api, about)]
    outdated = changes[-1] + 1 if changes else 0
    later = range(at + 1, len(exchanges)) if starts else ()
    ended = (i for i in later if _ends(what, exchanges[i], pivot.api, about))
    until = next(ended, len(exchanges))
    matter = (_OWNER, _GRANTS, what.start, what.read, what.listing)
    return Proof(
        start,
        tuple(each for each, own in zip(exchanges[:end], mine, strict=False) if own),
        tuple(exchanges[i] for i in range(outdated, end) if mine[i]),
        tuple(exchanges[i] for i in later if mine[i]),
        tuple(exchanges[i] for i in later if mine[i] and i < until),
        pivot if is_call(pivot, _TOKEN) else _token_of(exchanges, end, pivot),
        about,
        pivot.host,
        sum(
            not own and any(op is not None and is_call(each, op) for op in matter)
            for each, own in zip(exchanges, mine, strict=True)
        ),
        pivot.caller is not None,
        tuple(exchanges[i] for i in starts),
        tuple(each for each in exchanges if is_call(each, _TOKEN)),
        bool(changes) and _was_accepted(what, exchanges[changes[-1]]),
    )


def _is_good(what: Probed, exchanges: Sequence[Exchange], at: int, starts: Sequence[int]) -> bool:
    """Whether a start was accepted, or a later one of the same session was.

    A resume does not make a refused pause good, nor the reverse.
    """
    start = exchanges[at]
    about = bound(what.start, start.path) or {}
    asked = what.asks(start.body)
    good = (each for each in (exchanges[i] for i in starts if i >= at) if each.succeeded)
    return any(
        _changes(what, each, start.api, about)
        and (None in (asked, what.asks(each.body)) or what.asks(each.body) == asked)
        for each in good
    )


def _was_refused(token: Exchange | None) -> bool:
    return token is not None and not token.succeeded


def _first_refused(exchanges: Sequence[Exchange], calls: Sequence[int]) -> int:
    """Return the index of the log-in that stayed refused, else of the last of the calls."""
    asked = [i for i in calls if is_call(exchanges[i], _TOKEN)]
    good = [i for i in asked if exchanges[i].succeeded]
    return next((i for i in asked if not good or i > good[-1]), calls[-1])


def concerns(what: Probed, exchange: Exchange) -> bool:
    """Whether it is a call of the contract."""
    operations = (what.start, what.read, what.listing)
    return any(op is not None and op.path and is_call(exchange, op) for op in operations)


def _is_of_other_use(what: Probed, exchange: Exchange) -> bool:
    """Whether it uses the operation for something else, such as the wrap-up of a participant."""
    example, body = what.start.payload_examples.get("start"), exchange.body
    # An operation with one published permission has one use, whatever its body is.
    if what.stop_payload is None or not what.start.published_permissions:
        return False
    if not isinstance(example, dict) or not isinstance(body, dict):
        return False
    # A field that is null asks for nothing.
    asked = {key for key, value in body.items() if value is not None}
    return bool(body) and asked.isdisjoint(example)


def _is_stop(what: Probed, exchange: Exchange) -> bool:
    return what.stops(exchange.body)


def _changes(
    what: Probed, exchange: Exchange, api: tuple[str, str], about: Mapping[str, str]
) -> bool:
    """Whether it may have changed that session, whoever sent it: a start or stop not refused."""
    if exchange.api != api or not is_call(exchange, what.start):
        return False
    ids = bound(what.start, exchange.path) or {}
    same = ids.keys() == about.keys() and all(same_id(ids[name], about[name]) for name in ids)
    return same and exchange.status not in range(400, 500)


def _ends(what: Probed, exchange: Exchange, api: tuple[str, str], about: Mapping[str, str]) -> bool:
    """Whether it may have stopped what was started there."""
    return _changes(what, exchange, api, about) and _is_stop(what, exchange)


def _was_accepted(what: Probed, exchange: Exchange) -> bool:
    return exchange.succeeded and not _is_stop(what, exchange)


def _belongs(exchange: Exchange, pivot: Exchange) -> bool:
    return (exchange.api, exchange.caller) == (pivot.api, pivot.caller)


def _token_of(exchanges: Sequence[Exchange], end: int, pivot: Exchange) -> Exchange | None:
    """Return the log-in that the token of `pivot` came from, or None.

    If the recording has no tokens, it is the last log-in of that API. If no log-in of that API was
    recorded, a refused log-in of another one counts: the region may be wrong.
    """
    logins = [each for each in exchanges[:end] if is_call(each, _TOKEN)]
    here = [each for each in logins if same_region(each.host, pivot.host)]
    asked = here or [each for each in logins if not each.succeeded]
    gave = [each for each in asked if pivot.caller is None or each.gives == pivot.caller]
    if gave and gave[-1].succeeded:
        return gave[-1]
    # A program that goes on after a refused log-in sends a token that no log-in gave it.
    good = [i for i, each in enumerate(asked) if each.succeeded]
    refused = asked[good[-1] + 1 :] if good else asked
    works = any(_belongs(e, pivot) and e.status not in (None, 401) for e in exchanges)
    return refused[0] if refused and not works else None


def same_region(login: str, api: str) -> bool:
    """Whether a login host and an API host match: the same host, or login.DOMAIN and api.DOMAIN."""
    return login == api or login.removeprefix("login.") == api.removeprefix("api.")
