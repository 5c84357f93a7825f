"""Names of files and folders, which are not always valid Unicode."""

from __future__ import annotations


def text_of(name: str) -> str:
    """Return the name as valid Unicode, with undecodable bytes as escapes, as reports show it."""
    return name.encode(errors="backslashreplace").decode()
