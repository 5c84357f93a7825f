"""Reads Terraform as Terraform would: syntax, values, functions, modules, and the clients in them.

`read_declarations` is loaded when it is first asked for: only a plan comes with a source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.sources.hcl.declarations import read_declarations as read_declarations

__getattr__ = lazily(__name__, {"read_declarations": "declarations"})
