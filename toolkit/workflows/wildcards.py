"""Expands wildcards of roles: to the permissions that the org has, else the published ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from toolkit.catalog.catalog import Catalog
from toolkit.errors import RemoteError
from toolkit.sources.hcl.editing.spans import NotEditableError

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg


class Permissions:
    """The permissions that exist. The org is asked once for each domain, when needed."""

    def __init__(self, org: LiveOrg | None, catalog: Catalog, today: date | None) -> None:
        self._org = org
        self._catalog = catalog
        self._today = today or datetime.now(UTC).date()
        self._read: dict[str, frozenset[str]] = {}

    def __call__(self, patterns: Collection[str]) -> tuple[Collection[str], str, bool]:
        if self._org is None:
            date = self._catalog.header.date
            return self._catalog.permissions, f"published operations ask for ({date})", False
        domains = {each.partition(":")[0] for each in patterns} - {"*"}
        left = sorted(domains - self._read.keys())
        if left:
            try:
                with self._org.reading() as reader:
                    for domain in left:
                        self._read[domain] = _answered(reader.offered([domain]))
            except RemoteError as error:
                raise NotEditableError(f"the org does not answer ({error.message})") from None
        names = [name for domain in sorted(domains) for name in self._read[domain]]
        return names, f"the org has today ({self._today})", True


def _answered(found: frozenset[str] | None) -> frozenset[str]:
    if found is None:
        raise NotEditableError("the org does not show which permissions there are")
    return found
