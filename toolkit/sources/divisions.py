"""The divisions of one source: which one is home, and which ones have a name."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.model.clients import ALL_DIVISIONS, Division, OwnDivision
from toolkit.model.values import Unknown
from toolkit.sources.marks import Tree
from toolkit.sources.remedies import A_STAYING_DIVISION
from toolkit.sources.resources import HIDDEN, as_text, hidden, known_text


class DivisionBook:
    """Look up divisions by id. `home` is the id of the home division, if it is known."""

    def __init__(self) -> None:
        self.home: str | None = None
        self._by_id: dict[str, OwnDivision] = {}
        self._ending: dict[str, Unknown] = {}

    def add_home(self, division_id: str | None) -> None:
        """Record the id that the home division's data source found."""
        self.home = division_id or self.home

    def add(self, address: str, attributes: Mapping[str, Tree]) -> Division:
        """Add a division that a resource defines; its `home` attribute marks the home division.

        The attributes come with their sensitivity marks, as those of a client do.
        """
        division_id = known_text(attributes.get("id"))
        home = attributes.get("home")
        if isinstance(home, HIDDEN):
            return hidden(home, f"{address}.home")
        if home in (True, "true"):
            self.add_home(division_id)
            return None
        name = as_text(attributes.get("name"), address)
        own = OwnDivision(address, name if isinstance(name, str) else None, division_id)
        if division_id is not None:
            self._by_id[division_id] = own
        return own

    def add_ending(self, told: str, division_id: str, verb: str) -> None:
        """Add a division that the next apply destroys or replaces: grants in it end."""
        reference = f"{told}, which the next apply {verb}"
        self._ending[division_id] = Unknown(reference, A_STAYING_DIVISION)

    def ends(self, division: Division) -> bool:
        """Whether the next apply ends the division."""
        return isinstance(division, Unknown) and division in self._ending.values()

    def known(self) -> dict[str, Division]:
        """Return every division with a known id, by id."""
        home: dict[str, Division] = {} if self.home is None else {self.home: None}
        return {**self._by_id, **home}

    def of(self, division: Division) -> Division:
        """Return the division with this id; an unset id means home, as in the provider."""
        if division in (None, "") or division == self.home:
            return None
        if not isinstance(division, str) or division == ALL_DIVISIONS:
            return division
        return self._ending.get(division) or self._by_id.get(division, division)
