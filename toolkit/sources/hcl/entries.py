"""Read attributes of clients and roles as model values: known, or unknown with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Location
from toolkit.model.values import HOLE, Unknown, ValueSet
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.modules import blocks
from toolkit.sources.hcl.modules.blocks import Content
from toolkit.sources.hcl.modules.instance import ModuleInstance
from toolkit.sources.hcl.modules.loading import refused
from toolkit.sources.hcl.places import ValueLocations, block_location
from toolkit.sources.hcl.schemas import Schema
from toolkit.sources.hcl.values import SymbolText, UnknownVal, Value, numbers


class Entry(Struct, frozen=True):
    """Reads a resource block, or a block that a `dynamic` block makes.

    `address` names the resource; `places` collects where values come from, `sensitive` the names of
    attributes with a sensitive value, and `hidden` the texts of these values. All methods raise
    `SourceError` for what Terraform refuses.
    """

    instance: ModuleInstance
    address: str
    content: Content
    schema: Schema
    places: ValueLocations
    sensitive: set[str]
    hidden: set[str]

    def location(self) -> Location:
        return block_location(self.content.block)

    @property
    def _what(self) -> str:
        """Return the block's name in error messages."""
        block = self.content.block
        return self.address if len(block.labels) > 1 else f"a block {block.type} of {self.address}"

    def has(self, name: str) -> bool:
        """Whether the attribute is present."""
        return name in self.content.block.body.attributes

    def value(self, name: str) -> Value:
        """Return an attribute's value, converted to its type, without marks."""
        attribute = self.content.block.body.attributes.get(name)
        # A provider newer than the schema may have more attributes.
        kind = self.schema.attributes.get(name, cty.DYNAMIC)
        if attribute is None:
            if name in self.schema.required:
                block = self.content.block
                raise refused(block.source, block.start, f"{self._what} has no {name}")
            return cty.Null(kind)

        def compute() -> Value:
            passed_over = blocks.ignored(self.content.block, name)
            if passed_over is not None:
                return UnknownVal(kind, [passed_over])
            return blocks.attribute_value(self.content, name, kind, self.instance.evaluate)

        place = attribute.source, attribute.expression.start
        value = self.instance.settled(f"{name} of {self.address}", place, compute)
        value, marks = cty.unmark_deep(value)
        if isinstance(value, cty.Null) and name in self.schema.required:
            raise refused(*place, f"{name} of {self._what} must not be null")
        texts = value.items if isinstance(value, cty.SetVal) else (value,)
        if isinstance(value, UnknownVal) and not isinstance(value.sure, Mapping):
            texts = value.sure
        if cty.SENSITIVE in marks:
            self.sensitive.add(name)
            self.hidden.update(str(text) for text in texts if isinstance(text, str))
            return _without_template(value)
        for text in texts:
            self.places.note(attribute, text)
        return value

    def scalar(self, name: str) -> str | int | float | bool | Unknown | None:
        """Return a string, number or bool; None if the attribute is absent or null."""
        value = self.value(name)
        if isinstance(value, cty.Null):
            return None
        if isinstance(value, str):
            return str(value)
        if isinstance(value, bool):
            return value
        if isinstance(value, int | cty.Float):
            whole = numbers.whole(value)
            return whole if whole is not None else numbers.to_float(value)
        return why(value) if cty.reasons_of(value) else None

    def text(self, name: str) -> str | Unknown | None:
        """Return a string; None if the attribute is absent or null."""
        value = self.scalar(name)
        return value if value is None or isinstance(value, Unknown) else str(value)

    def strings(self, name: str) -> ValueSet:
        """Return a set of strings; empty if the attribute is absent or null."""
        value = self.value(name)
        if isinstance(value, cty.Null):
            return ValueSet()
        items = value.items if isinstance(value, cty.SetVal) else value.sure  # type: ignore[union-attr]
        members = [str(item) for item in items if isinstance(item, str)]
        reasons = cty.reasons_of(value)
        if isinstance(value, UnknownVal) and value.complete and not reasons:
            reasons = value.reasons
        return ValueSet(tuple(dict.fromkeys(members)), reasons)

    def nested(self, kind: str) -> tuple[list[Entry], tuple[Unknown, ...]]:
        """Return the nested blocks of a type, `dynamic` ones expanded, and why there
        may be more.
        """
        found: list[Entry] = []
        unknown: list[Unknown] = []

        def compute() -> Value:
            passed_over = blocks.ignored(self.content.block, kind)
            if passed_over is not None:
                unknown.append(passed_over)
                return True
            inner = self.schema.blocks[kind]
            contents, reasons = blocks.nested(self.content, kind, inner, self.instance.evaluate)
            found.extend(replace(self, content=each, schema=inner) for each in contents)
            unknown.extend(self.instance.made_in(reasons, *self._dynamic(kind)))
            return True

        block = self.content.block
        place = block.source, block.start
        answer = self.instance.settled(f"{kind} of {self.address}", place, compute)
        return found, (*unknown, *cty.reasons_of(answer))

    def _dynamic(self, kind: str) -> Iterator[Content]:
        """Yield the `dynamic` blocks of a type."""
        for block in self.content.block.body.blocks:
            if block.type == "dynamic" and block.labels == (kind,):
                yield Content(block, self.content.names)


def _without_template(value: Value) -> Value:
    """Return the value without the known part of its text."""
    if isinstance(value, UnknownVal) and value.template is not None:
        return cty.unknown(value.type, value, not_null=value.not_null)
    return value


def why(value: Value) -> Unknown:
    """Return one reason for a single value that depends on several unknowns."""
    reasons = cty.reasons_of(value)
    references = ", ".join(dict.fromkeys(reason.reference for reason in reasons))
    template = value.template if isinstance(value, UnknownVal) else None
    if isinstance(value, SymbolText):
        template = "".join(p if isinstance(p, str) else HOLE for p in value.parts)
    origin = " ".join(each.origin for each in reasons if each.origin)
    return Unknown(references, reasons[0].decided_by, template, origin)
