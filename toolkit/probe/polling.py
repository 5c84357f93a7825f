"""Reads the thing to record repeatedly, until it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from toolkit.contracts.contract import Phase, SessionStates
from toolkit.genesys.api import PAGE_SIZE, Api
from toolkit.model.observations import Observation
from toolkit.probe import responses
from toolkit.probe.stages import Stage
from toolkit.probe.target import Probed, Target, path_of

#: Pauses between reads of what is not ready, in seconds; the last repeats.
_PAUSES = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)
#: The number of list pages to search for the session of a conversation.
_MAX_PAGES = 20


@dataclass(slots=True)
class Patience:
    """How long to go on reading, counted from now; `wait` and `clock` are in seconds."""

    wait: float
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    pauses: int = 0
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def spent(self) -> float:
        return self.clock() - self._began

    @property
    def left(self) -> bool:
        return self.spent < self.wait

    def pause(self) -> None:
        """Sleep until the next read, longer each time, but not beyond the time left."""
        pause = _PAUSES[min(self.pauses, len(_PAUSES) - 1)]
        self.sleep(max(min(pause, self.wait - self.spent), 0.0))
        self.pauses += 1

    def told(self, seen: Observation, before: int = 0) -> Observation:
        """Return the last read with its waiting time; unchanged if nothing was awaited.

        `before` is the number of pauses that were made for something else.
        """
        if not self.pauses:
            return seen
        waited = round(self.spent * 1000)
        return replace(
            seen,
            elapsed_ms=waited,
            attempts=self.pauses - before + seen.attempts,
            detail=f"{seen.detail} after {waited / 1000:.1f} s".lstrip(),
            facts={**seen.facts, "waited_ms": waited},
        )


class Looker(Struct, frozen=True):
    """Reads the sessions, or the calls, of a contract. `tell` receives a line before each step."""

    api: Api
    what: Probed
    tell: Callable[[str], None]

    def look(self, stage: Stage, target: Target, *, parting: bool = False) -> Observation:
        """Read once; a `parting` read is made just before the run ends."""
        what = self.what
        states = what.contract.session_states or SessionStates()
        participant = target.participant_id if what.by_participant else None
        path = path_of(what.read, target)
        reply = self.api.get_at_once(path) if parting else self.api.get(path)
        meant = target.conversation_id if participant else target.session_id
        return responses.of_session(stage, reply, states, participant, meant)

    def wait_for(self, target: Target, patience: Patience) -> Observation:
        """Return the session once it is ready or the time is up, with the waiting time."""
        before = patience.pauses
        session = self.look(Stage.SESSION, target)
        while session.facts.get("phase") == Phase.NOT_READY.value and patience.left:
            self.tell(f"waiting for the session ({session.facts['state']})")
            patience.pause()
            session = self.look(Stage.SESSION, target)
        return patience.told(session, before)

    def listing(self) -> Observation | None:
        """Read the list, to tell an API without sessions from one without this session.

        None if the contract has no list.
        """
        listing = self.what.listing
        if listing is None:
            return None
        self.tell("listing the sessions")
        return responses.of_listing(self.api.get(listing.path, {"pageSize": "1"}))

    def find(self, target: Target, patience: Patience) -> tuple[Target, Observation | None]:
        """Return the target with the session of its conversation, once the list has one.

        The target is unchanged if the time is up, the list does not answer, or there is no list.
        """
        if self.what.listing is None or target.conversation_id is None:
            return target, None
        self.tell("looking for the session of the conversation")
        session, found = self._search(target.conversation_id)
        while session is None and found.outcome == "ok" and patience.left:
            self.tell("waiting for the conversation to have a session")
            patience.pause()
            session, found = self._search(target.conversation_id)
        if session is not None:
            found = replace(found, facts={**found.facts, "session_id": session})
            return replace(target, session_id=session), found
        if found.outcome == "ok":
            found = patience.told(found)
        return target, found

    def _search(self, conversation_id: str) -> tuple[str | None, Observation]:
        """Return the session of a conversation from the list, and the answer of the last page read.

        If the list has none, the answer has the fact `no_match` after a complete search, and else
        `searched`, the number of sessions that were searched.
        """
        path = self.what.listing.path if self.what.listing is not None else ""
        searched = 0
        for number in range(1, _MAX_PAGES + 1):
            page = {"pageSize": str(PAGE_SIZE), "pageNumber": str(number)}
            reply = self.api.get(path, page)
            found = responses.of_listing(reply)
            if found.outcome != "ok":
                return None, found
            session = responses.session_of(reply, conversation_id)
            if session is not None:
                return session, found
            entities, pages = reply.fields["entities"], reply.fields.get("pageCount")
            if not entities or (isinstance(pages, int) and number >= pages):
                return None, replace(found, facts={**found.facts, "no_match": True})
            searched += len(entities)
        return None, replace(found, facts={**found.facts, "searched": searched})
