"""HCL's two syntaxes as one tree, with the range of everything in it. It knows no Terraform.

The parser of JSON syntax is loaded when it is first asked for: few roots have any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.lazily import lazily

if TYPE_CHECKING:
    from toolkit.sources.hcl.syntax.json_syntax import parse_json_body as parse_json_body

__getattr__ = lazily(__name__, {"parse_json_body": "json_syntax"})
