"""Parse HCL's native syntax: the text of a file into its tree."""

from __future__ import annotations

import re
from typing import Final

from toolkit.sources.hcl.syntax.expression import KEYWORDS, ExpressionParser
from toolkit.sources.hcl.syntax.nodes import (
    Attribute,
    Block,
    Body,
    Expression,
    Literal,
    ScopeTraversal,
    children,
)
from toolkit.sources.hcl.syntax.scanner import END_OF_LINE, FREE, normal
from toolkit.sources.hcl.syntax.source import Source, SourceString, located

#: Matches a whole line that is an attribute with a simple value or a block header. Most lines are.
_SIMPLE_ITEM: Final = re.compile(
    r"""([A-Za-z_][A-Za-z0-9_-]*)[ \t]*
    (?:
        =[ \t]*(?:
            "([^"\\$%\n\r\0\ud800-\udfff]*)"
            |([1-9][0-9]{0,17}|0)(?=[ \t\r\n])
            |([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*)
        )
        |((?:[ \t]*"[^"\\$%\n\r\0\ud800-\udfff]*")*)[ \t]*\{
    )[ \t]*\r?\n""",
    re.VERBOSE,
)
_LABEL: Final = re.compile(r'"([^"]*)"')


def parse_body(source: Source) -> Body:
    """Return the body of a file. Raises `HclSyntaxError`."""
    return BodyParser(source).body(closing="\0")


def parse_expression(source: Source) -> Expression:
    """Parse a whole text as an expression. Raises `HclSyntaxError`."""
    parser = BodyParser(source)
    parser.skip(free=True)
    found = parser.expression(free=True)
    if not parser.is_at_end:
        raise parser.error("There is something behind the expression")
    return found


def parse_template(source: Source) -> Expression:
    """Parse a whole text as a template without quotes. Raises `HclSyntaxError`."""
    return BodyParser(source).bare()


class BodyParser(ExpressionParser):
    """The rules of arguments and blocks."""

    def body(self, closing: str) -> Body:
        """Parse arguments and blocks up to the closing brace or the end of the file."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        text, source = self.text, self.source
        simple_item, free, last = _SIMPLE_ITEM.match, FREE.match, len(source.text)
        has_comments = self.has_comments
        while True:
            start = self.at
            end = free(text, start).end()  # type: ignore[union-attr]
            if has_comments and end - start > 1:
                self.note_comments(start, end)
            self.at = start = end
            found = simple_item(text, start)
            if found is not None:
                if found[5] is not None:
                    blocks.append(self._simple_block(found))
                    continue
                name = found[1]
                attribute = Attribute(name, self._simple_value(found), source, start, 0)
                attribute.end = attribute.expression.end
                self.at = found.end()
            elif text[start] == closing and (closing != "\0" or start == last):
                return Body(attributes, blocks)
            else:
                item = self._item(start)
                if isinstance(item, Block):
                    blocks.append(item)
                    continue
                attribute, name = item, item.name
            if name in attributes:
                raise self.error(f"The argument {name} is set twice", start)
            attributes[name] = attribute

    def _simple_value(self, found: re.Match[str]) -> Expression:
        """Return the value of a line that `_SIMPLE_ITEM` matched."""
        at = found.lastindex or 0
        start, end = found.span(at)
        value = found[at]
        if at == 2:
            return self.string(value, start - 1, end + 1)
        if at == 3:
            return Literal(int(value), start, end)
        if value in KEYWORDS:
            return Literal(KEYWORDS[value], start, end)
        root, *steps = value.split(".")
        return ScopeTraversal(root, tuple(steps), start, end)

    def _simple_block(self, found: re.Match[str]) -> Block:
        kind, written = found[1], found[5]
        labels = tuple(normal(label) for label in _LABEL.findall(written)) if written else ()
        start = self.at
        self.at = found.end()
        body = self.body("}")
        self.at += 1
        end = self.at
        self.end_of_item()
        return Block(kind, labels, body, self.source, start, end)

    def _item(self, start: int) -> Attribute | Block:
        name = self.identifier()
        if name is None:
            raise self.error(
                "This block has no closing brace"
                if start == len(self.source.text)
                else "An argument or a block is expected here"
            )
        self.skip(free=False)
        text = self.text
        if text[self.at] == "=" and text[self.at + 1] not in "=>":
            attribute = self._attribute(name, start)
            self.end_of_item()
            return attribute
        return self._block(name, start)

    def _attribute(self, name: str, start: int) -> Attribute:
        self.at += 1
        self.skip(free=False)
        value = self.expression(free=False)
        return Attribute(name, value, self.source, start, value.end)

    def _block(self, kind: str, start: int) -> Block:
        labels = []
        text = self.text
        while text[self.at] != "{":
            if text[self.at] == '"':
                labels.append(self.label())
            else:
                label = self.identifier()
                if label is None:
                    raise self.error("An equals sign or an opening brace is expected here")
                labels.append(label)
            self.skip(free=False)
        self.at += 1
        body = self._block_body()
        if text[self.at] != "}":
            raise self.error("A closing brace is expected here")
        self.at += 1
        end = self.at
        self.end_of_item()
        return Block(kind, tuple(labels), body, self.source, start, end)

    def _block_body(self) -> Body:
        """Parse a block body up to its closing brace; on one line it holds one argument at most."""
        self.skip(free=False)
        if self.text[self.at] == "}" or END_OF_LINE.match(self.text, self.at):
            return self.body("}")
        start = self.at
        name = self.identifier()
        self.skip(free=False)
        if name is None or self.text[self.at] != "=" or self.text[self.at + 1] in "=>":
            raise self.error("A block on one line has one argument, name = value")
        attribute = self._attribute(name, start)
        self.skip(free=False)
        return Body({name: attribute}, [])

    def end_of_item(self) -> None:
        """Skip the line end that must follow an argument or a block."""
        self.skip(free=False)
        found = END_OF_LINE.match(self.text, self.at)
        if found is None:
            if self.text[self.at] == ",":
                raise self.error("A comma cannot end an argument here")
            raise self.error("An argument or a block must end with a newline")
        if self.has_comments:
            # The NUL that ends the text also ends its last comment.
            self.note_comments(self.at, min(found.end() + 1, len(self.text)))
        self.at = found.end()


def relocate(node: Expression, source: Source, start: int, end: int) -> None:
    """Give a tree that was parsed separately the range of the string that contains it."""
    node.start, node.end = start, end
    if isinstance(node, Literal) and isinstance(node.value, SourceString):
        node.value = located(node.value, source, start, end, computed=False)
    for child in children(node):
        relocate(child, source, start, end)
