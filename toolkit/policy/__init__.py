"""The policy document: its types, its loader and its JSON Schema.

`load_policies` is imported on first use, because it imports everything that reads YAML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.policy.loader import load_policies as load_policies

__getattr__ = lazily(__name__, {"load_policies": "loader"})
