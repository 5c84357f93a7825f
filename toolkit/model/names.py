"""Names of files and folders, which need not be text."""

from __future__ import annotations


def text_of(name: str) -> str:
    """The name in valid Unicode: what is no text in it, as the escape that reports show."""
    return name.encode(errors="backslashreplace").decode()
