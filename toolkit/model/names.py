"""Names of files and folders, which need not be text."""

from __future__ import annotations


def text_of(name: str) -> str:
    """The name in valid Unicode: bytes that are not text become the escapes that reports show."""
    return name.encode(errors="backslashreplace").decode()
