"""What API operations need: OpenAPI documents, and the one reader of them.

The reader is imported on first access: most policies name no contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.contracts.reader import SHIPPED_CONTRACTS as SHIPPED_CONTRACTS
    from toolkit.contracts.reader import load_contract as load_contract

__getattr__ = lazily(__name__, {"SHIPPED_CONTRACTS": "reader", "load_contract": "reader"})
