"""What API operations need: OpenAPI documents, and the one reader of them.

`load_contract` is loaded when it is first asked for: most policies name no contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.contracts.reader import load_contract as load_contract

__getattr__ = lazily(__name__, {"load_contract": "reader"})
