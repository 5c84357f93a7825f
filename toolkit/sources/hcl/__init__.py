"""Reads Terraform configurations as Terraform does: syntax, values, functions, modules, clients.

`read_declarations` is loaded on first use: only a plan with a source folder needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.sources.hcl.declarations import read_declarations as read_declarations

__getattr__ = lazily(__name__, {"read_declarations": "declarations"})
