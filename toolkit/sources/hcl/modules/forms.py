"""Check block forms against the language table: required and allowed content, and how often.

Every function raises `HclSyntaxError` for a block that every version refuses. A form that only some
versions have is returned as a `Feature`. A form that the table lacks is returned as a reason why
Terraform may or may not accept the module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl.modules.constants import flag
from toolkit.sources.hcl.modules.language import (
    ALWAYS,
    BLOCKS,
    CALL_ARGUMENTS,
    IMPORT_IDENTITY,
    PREVENT_DESTROY_REFERENCES,
    Grammar,
    Since,
)
from toolkit.sources.hcl.syntax.nodes import Block, Body, Literal
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source
from toolkit.sources.hcl.values import EvaluationError
from toolkit.sources.remedies import A_PLAN

#: Blocks whose labels are a type and a name.
OF_TYPES: Final = ("resource", "data", "ephemeral")
_NAMED: Final = ("variable", "output", "module", *OF_TYPES)
_RESERVED: Final = CALL_ARGUMENTS | {"lifecycle", "locals", "provider"}
_TOP: Final = Grammar(0, {}, BLOCKS)


class Feature(Struct, frozen=True):
    """A language feature that only some versions have, and where it is used."""

    since: Since
    what: str
    source: Source
    offset: int


Found: TypeAlias = "Iterator[Feature | Reason]"


def of_file(body: Body, source: Source) -> Found:
    """Yield the features and reasons of a file's blocks; each block is checked by itself."""
    return _of_body(body, _TOP, "", source)


def of_block(block: Block, *, is_override: bool) -> Found:
    """Yield the features and reasons of a top-level block."""
    grammar = BLOCKS[block.type]
    if block.type in (*OF_TYPES, "module"):
        attributes = block.body.attributes
        if "count" in attributes and "for_each" in attributes:
            start = attributes["for_each"].start
            raise HclSyntaxError("count and for_each do not go together", start)
    if block.type == "import" and "id" not in block.body.attributes:
        yield Feature(IMPORT_IDENTITY, "an import without an id", block.source, block.start)
    if not (is_override and grammar.replaced):
        _refuse_missing(block, grammar)
    yield from _of_flags(block, grammar)
    yield from _of_body(block.body, grammar, f"{block.type}.", block.source)
    _refuse_number(block, grammar)


def _of_body(body: Body, grammar: Grammar, where: str, source: Source) -> Found:
    for name, attribute in body.attributes.items():
        since = grammar.attributes.get(name)
        if since is None and not grammar.open:
            yield Reason(f"the argument {where}{name}", A_PLAN)
        elif since is not None and since is not ALWAYS:
            yield Feature(since, f"the argument {where}{name}", source, attribute.start)
    for block in body.blocks:
        inner = grammar.blocks.get(block.type)
        if inner is None:
            if not grammar.open_blocks:
                yield Reason(f"the block {where}{block.type}", A_PLAN)
            continue
        if inner.since is not ALWAYS:
            yield Feature(inner.since, f"the block {where}{block.type}", source, block.start)
        if grammar is _TOP:
            continue
        if len(block.labels) != inner.labels:
            raise HclSyntaxError(_wrong_labels(block, inner.labels), block.start)
        if not inner.open_blocks:
            _refuse_missing(block, inner)
            yield from _of_flags(block, inner)
            yield from _of_body(block.body, inner, f"{where}{block.type}.", source)


def _refuse_missing(block: Block, grammar: Grammar) -> None:
    for name in grammar.required:
        if name not in block.body.attributes:
            raise HclSyntaxError(
                f"the argument {name} is missing in this {block.type}", block.start
            )


def _refuse_number(block: Block, grammar: Grammar) -> None:
    number = Counter(nested.type for nested in block.body.blocks)
    for nested in block.body.blocks:
        if nested.type in grammar.once and number[nested.type] > 1:
            raise HclSyntaxError(f"a {block.type} has one {nested.type} at most", nested.start)
    if grammar.needs and not number[grammar.needs]:
        raise HclSyntaxError(f"a {block.type} needs an {grammar.needs}", block.start)


def _of_flags(block: Block, grammar: Grammar) -> Found:
    for name in grammar.flags:
        attribute = block.body.attributes.get(name)
        if attribute is None:
            continue
        if name == "prevent_destroy" and not isinstance(attribute.expression, Literal):
            what = "a prevent_destroy that is not written out"
            yield Feature(PREVENT_DESTROY_REFERENCES, what, block.source, attribute.start)
            continue
        try:
            flag(block, name)
        except EvaluationError as error:
            raise HclSyntaxError(f"{name}: {error.message}", attribute.start) from None


def refuse_labels(block: Block) -> None:
    """Refuse a block with an invalid label, or with too few or too many labels."""
    wanted, labels = BLOCKS[block.type].labels, block.labels
    message = ""
    if len(labels) != wanted:
        message = _wrong_labels(block, wanted)
    elif block.type in _NAMED and not is_name(labels[-1]):
        message = f'"{labels[-1]}" is not a name'
    elif block.type == "variable" and labels[0] in _RESERVED:
        message = f"a variable cannot be named {labels[0]}, which means something in module blocks"
    if message:
        raise HclSyntaxError(message, block.start)


def _wrong_labels(block: Block, wanted: int) -> str:
    return f"a {block.type} block has {wanted} labels, not {len(block.labels)}"


def is_name(text: str) -> bool:
    return text[:1] != "-" and text.replace("-", "_").isidentifier()
