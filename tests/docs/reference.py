"""The reference of policies, as their JSON Schema defines it: python -m tests.docs.reference."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tests.docs.pages import DOCS
from toolkit.policy.document import json_schema

PAGE = DOCS / "policy.md"
_START = "\n## Reference\n"
Schema = Mapping[str, Any]


def reference() -> str:
    """A section for each kind of mapping, in the order of the schema."""
    schema = json_schema()
    lines = [
        "",
        "As `recording-toolkit policy schema` has it, which editors can check a policy by.",
    ]
    for name, kind in schema["$defs"].items():
        required = {*kind.get("required", ()), *(schema["required"] if name == "Policy" else ())}
        lines += ["", f"### {name}", "", kind["description"], ""]
        lines += ["| key | value | default | says |", "|---|---|---|---|"]
        for key, each in kind["properties"].items():
            default = _default(each, key in required)
            lines.append(f"| `{key}` | {_value(each)} | {default} | {each['description']} |")
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """The page with the reference as it is now; what stands before it is written by hand."""
    return text.partition(_START)[0] + _START + reference()


def _default(schema: Schema, required: bool) -> str:
    if required:
        return "required"
    default = schema.get("default")
    return f"`{default}`" if isinstance(default, str) and default else ""


def _value(schema: Schema) -> str:
    return ", or ".join(dict.fromkeys(_values(schema)))


def _values(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield f"[{name}](#{name.lower()})"
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            if each.get("type") != "null":
                yield from _values(each)
    elif "enum" in schema:
        yield ", ".join(f"`{each}`" for each in schema["enum"])
    elif schema.get("type") == "array":
        yield f"list of {_value(schema['items'])}"
    elif schema.get("type") == "object":
        yield f"mapping to {_value(schema['additionalProperties'])}"
    else:
        yield schema["type"]


def main() -> None:
    before = PAGE.read_text(encoding="utf-8")
    after = page(before)
    if after != before:
        PAGE.write_text(after, encoding="utf-8")
        sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
