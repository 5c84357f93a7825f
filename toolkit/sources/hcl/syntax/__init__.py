"""Parse HCL's two syntaxes into one tree with source ranges, independent of Terraform.

The parser for JSON syntax is loaded on first use: few roots contain JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.sources.hcl.syntax.json_syntax import parse_json_body as parse_json_body

__getattr__ = lazily(__name__, {"parse_json_body": "json_syntax"})
