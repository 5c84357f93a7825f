"""Escape untrusted text for Markdown, so that it is shown as it is and has no effect.

A pull request comment is rendered with the rights of the bot that posts it. A client named
`@everyone`, `</details>` or `[log in](https://evil.example)` must stay a name.
"""

from __future__ import annotations

import re

from toolkit.lazily import pattern
from toolkit.reporters.terminal import visible

#: As a character reference, none of these has a meaning in Markdown or HTML. The first group only
#: needs it at the start of a line.
_SPECIAL = pattern(r"^[-+=/\d]|[!#$&*<>@\[\\\]_`{|}~]")
#: Renderers look for mentions and references in the rendered text, where a character reference is
#: the character again. A zero-width space after it prevents them. Code is not searched.
_REFERENCE = pattern(r"[@#!$%~&^](?=\S)|GH-(?=\d)|://|www(?=\.)", re.IGNORECASE)
_CODE = pattern(r"`([^`\s](?:[^`]*[^`\s])?)`")
_NO_WIDTH = "&#8203;"


def marked(text: str) -> str:
    """Return `text` on one line as prose; its parts between backticks become code."""
    parts = []
    end = 0
    safe = visible(text)
    for found in _CODE.finditer(safe):
        parts += [_prose(safe[end : found.start()]), code(found[1])]
        end = found.end()
    return "".join([*parts, _prose(safe[end:])])


def _prose(safe: str) -> str:
    parts = []
    end = 0
    for found in _REFERENCE.finditer(safe):
        parts += [_inert(safe[end : found.end()]), _NO_WIDTH]
        end = found.end()
    return "".join([*parts, _inert(safe[end:])])


def code(text: str) -> str:
    """Return `text` on one line as code, unchanged, so that names can be copied."""
    return f"<code>{_inert(visible(text))}</code>"


def fenced(text: str, language: str = "") -> list[str]:
    """Return `text` as the lines of a code block that the text cannot close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *(visible(line) for line in text.split("\n")), fence]


def _inert(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
