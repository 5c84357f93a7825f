"""Write the lists that the code defines into the pages: python -m tests.docs.generate.

A list is between a line `generated: NAME` and a line `end`, both comments of the file.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.docs.pages import DOCS, ROOT
from tests.test_architecture import MAY_IMPORT, PACKAGE
from toolkit.checks.operator_checks import OPERATOR_CHECKS, OperatorCheck
from toolkit.checks.registry import BUILT_INS
from toolkit.cli import COMMANDS
from toolkit.judging.check_interface import BuiltIn
from toolkit.judging.drift_checks import DRIFT_CHECKS, DriftCheck
from toolkit.policy.document import json_schema
from toolkit.probe.stages import CAUSES
from toolkit.reporters.interface import REPORTERS

#: The files that hold a generated list.
FILES: Final = (
    ROOT / "mkdocs.yml",
    *(
        DOCS / name
        for name in (
            "architecture.md",
            "checks/index.md",
            "commands/index.md",
            "formats.md",
            "policy.md",
        )
    ),
)
_LIST: Final = re.compile(
    r"^(?P<head> *(?:<!--|#) generated: (?P<name>[\w-]+)[^\n]*\n).*?^(?P<end> *(?:<!--|#) end\b)",
    re.M | re.S,
)
Schema = Mapping[str, Any]


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    columns = head.split(", ")
    lines = [f"| {' | '.join(line)} |" for line in (columns, *rows)]
    return "\n".join(["", lines[0], "|---" * len(columns) + "|", *lines[1:], "", ""])


def checks(found: Iterable[BuiltIn | DriftCheck | OperatorCheck]) -> list[tuple[str, ...]]:
    return [(f"[`{c.id}`]({c.id}.md)", c.severity.value, c.title) for c in found]


def packages() -> Iterator[tuple[str, ...]]:
    """Yield the packages of `toolkit/`: the first line of each docstring, and what it
    may import.
    """
    for room, others in MAY_IMPORT.items():
        path = ROOT / PACKAGE / room
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        says = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        allowed = ", ".join(f"`{other}`" for other in sorted(others))
        yield f"`{room}`", " ".join(says.partition("\n\n")[0].split()), allowed


def navigation(folder: str, names: Iterable[str], indent: int) -> str:
    return "".join(f"{' ' * indent}- {name}: {folder}/{name}.md\n" for name in names)


def top_commands() -> dict[str, str]:
    return {command.name: command.summary for command in COMMANDS}


def reference() -> str:
    """Return a section for each kind of mapping, in the order of the schema."""
    schema = json_schema()
    lines: list[str] = []
    for name, kind in schema["$defs"].items():
        required = {*kind.get("required", ()), *(schema["required"] if name == "Policy" else ())}
        lines += ["", f"### {name}", "", kind["description"], ""]
        lines += ["| key | value | default | says |", "|---|---|---|---|"]
        for key, each in kind["properties"].items():
            default = _default(each, key in required)
            lines.append(f"| `{key}` | {_value(each)} | {default} | {each['description']} |")
    return "\n".join(lines) + "\n\n"


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


LISTS: Final[Mapping[str, Callable[[], str]]] = {
    "built-in-checks": lambda: table("check, severity, says", checks(BUILT_INS)),
    "differences": lambda: table(
        "difference, severity, says", checks(c for c in DRIFT_CHECKS if c.id != "in-sync")
    ),
    "operator-checks": lambda: table("check, severity, says", checks(OPERATOR_CHECKS)),
    "commands": lambda: table(
        "command, does", ((f"[`{n}`]({n}.md)", text) for n, text in top_commands().items())
    ),
    "formats": lambda: table(
        "format, is", ((f"[`{each.name}`](#{each.name})", each.summary) for each in REPORTERS)
    ),
    "packages": lambda: table("package, does, may import", packages()),
    "policy-reference": reference,
    "nav-commands": lambda: navigation("commands", top_commands(), 6),
    "nav-built-in": lambda: navigation("checks", (c.id for c in BUILT_INS), 10),
    "nav-operator": lambda: navigation("checks", (c.id for c in OPERATOR_CHECKS), 10),
    "nav-differences": lambda: navigation("checks", (c.id for c in DRIFT_CHECKS), 10),
    "nav-causes": lambda: navigation("causes", CAUSES, 6),
}


def generated(text: str) -> str:
    """Return the text with current lists. Raises KeyError for a list without a generator."""
    return _LIST.sub(lambda m: m["head"] + LISTS[m["name"]]() + m["end"], text)


def out_of_date() -> dict[Path, str]:
    """Return the files with outdated lists, with their new text."""
    found = {path: generated(path.read_text(encoding="utf-8")) for path in FILES}
    return {path: new for path, new in found.items() if new != path.read_text(encoding="utf-8")}


def main() -> None:
    for path, text in out_of_date().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
