"""The positions of rules in policy files, for reports that must name a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from toolkit.documents import read_file
from toolkit.errors import DocumentError
from toolkit.model.clients import Location


def rule_places(paths: Iterable[str]) -> dict[str, Location]:
    """Return the location of each rule by its id, without the rules of unreadable files."""
    places: dict[str, Location] = {}
    for path in paths:
        try:
            document = read_file(Path(path))
        except DocumentError:
            continue
        rules = document.value.get("rules") if isinstance(document.value, dict) else None
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, dict) and isinstance(rule.get("id"), str):
                line = document.line_of(("rules", index))
                places.setdefault(rule["id"], Location(path, line, line))
    return places
