"""Compares the access of clients in two inventories: identity, gains and losses.

These are pure functions over the model. They compare access, not text: two configurations that
grant the same access have no change between them. Names are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.changes.delta import changes_between as changes_between
    from toolkit.changes.identity import imported as imported
    from toolkit.changes.published import Published as Published

__getattr__ = lazily(
    __name__, {"Published": "published", "changes_between": "delta", "imported": "identity"}
)
