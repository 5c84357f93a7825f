"""The policy document: its shape, its loader, its JSON Schema.

`load_policies` is loaded when it is first asked for, and with it all that reads YAML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.policy.loader import load_policies as load_policies

__getattr__ = lazily(__name__, {"load_policies": "loader"})
