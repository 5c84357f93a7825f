"""What changes for clients between two inventories: who is who, and who gains and loses what.

Pure functions over the model. What they say is about access, not about text: two configurations
that grant the same have no change between them. A name is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.changes.delta import changes_between as changes_between
    from toolkit.changes.published import Published as Published

__getattr__ = lazily(__name__, {"Published": "published", "changes_between": "delta"})
