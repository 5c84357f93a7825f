"""Find clients that an edit cannot affect, so that the edited module can be checked without them.

Nothing else in their module contains the word that is their label, and none of their own words
names anything that the edit changes or that depends on a change. Words in comments and strings
count too, so the clients that are left out are certainly unaffected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_TYPE
from toolkit.sources.hcl.editing.lists import is_json
from toolkit.sources.hcl.editing.spans import Span
from toolkit.sources.hcl.modules.loading import Module
from toolkit.sources.hcl.syntax.nodes import Block

_WORD = pattern(r"[\w-]+")
#: The extensions of Terraform files, which other code may read as text.
_FILES = frozenset({"tf", "tofu"})


def untouched(module: Module, names: Iterable[str]) -> list[Block]:
    """Return the client blocks that do not change, however the things with these names change.

    The list is empty if words cannot decide: in JSON syntax, with override files, and if a module
    call is touched.
    """
    if module.overrides or any(map(is_json, module.sources)):
        return []
    named = [(name, frozenset(words)) for name, words in _named(module)]
    counts = Counter(word for _, words in named for word in words)
    if not _FILES.isdisjoint(counts):
        return []
    touched = set(names)
    left = [(name, words) for name, words in named if name not in touched]
    while True:
        more = {name for name, words in left if not touched.isdisjoint(words)}
        if not more:
            break
        touched |= more
        left = [(name, words) for name, words in left if name not in more]
    if any(label in touched for label in module.calls):
        return []
    return [
        block
        for (kind, label), block in module.resources.items()
        if kind == CLIENT_TYPE and label not in touched and counts[label] == 1
    ]


def _named(module: Module) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield everything in the module with its name and its words."""
    tables: Sequence[dict[tuple[str, str], Block]] = (
        module.resources,
        module.data,
        module.ephemerals,
    )
    for table in tables:
        for (_, label), block in table.items():
            yield label, _words(block)
    for blocks in (module.calls, module.variables, module.outputs):
        for name, block in blocks.items():
            yield name, _words(block)
    for block in module.others:
        yield "", _words(block)
    for name, attribute in module.locals.items():
        yield name, _WORD.findall(attribute.source.text, attribute.start, attribute.end)


def _words(block: Block) -> Iterable[str]:
    return _WORD.findall(block.source.text, block.start, block.end)


def blanked(block: Block) -> Span:
    """Return the block's lines as empty lines."""
    text = block.source.text[block.start : block.end]
    return Span(block.start, block.end, "\n" * text.count("\n"))
