"""Parse expressions of HCL's native syntax.

The grammar refuses exactly what Terraform's own refuses (HCL, hclsyntax: spec.md and
scan_tokens.rl).
"""

from __future__ import annotations

import re
from typing import Final

from toolkit.sources.hcl.syntax.nodes import (
    BinaryOp,
    Conditional,
    Expression,
    ForExpr,
    FunctionCall,
    Index,
    Invalid,
    Literal,
    NumberText,
    ObjectCons,
    Parentheses,
    RelativeTraversal,
    ScopeTraversal,
    Splat,
    SplatItem,
    Step,
    TupleCons,
    UnaryOp,
)
from toolkit.sources.hcl.syntax.scanner import END_OF_LINE, NAME
from toolkit.sources.hcl.syntax.source import SourceString
from toolkit.sources.hcl.syntax.template import TemplateParser

_ASCII_TRAVERSAL: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*(?=[\x00-,./:-@\[-^`{-\x7f])"
)
_SIMPLE_STRING: Final = re.compile(r'"([^"\\$%\n\r\0\ud800-\udfff]*)"')
_SIMPLE_ELEMENT: Final = re.compile(r'"([^"\\$%\n\r\0\ud800-\udfff]*)"(?=[ \t\r\n]*[,\]])')
_NUMBER: Final = re.compile(r"[0-9](?:(?:[0-9.]|[eE][+-]?[0-9])*(?:[0-9]|[eE][+-]?[0-9]))?")
_DECIMAL: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_HEREDOC: Final = re.compile(rf"<<(-?)({NAME})\r?\n")
_OPERATOR: Final = re.compile(r"==|!=|>=|<=|&&|\|\||/(?!/)|[<>+*%-]")
_PRECEDENCE: Final = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, ">": 4, ">=": 4, "<": 4, "<=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
KEYWORDS: Final = {"true": True, "false": False, "null": None}
#: A whole number with fewer digits is exact in Terraform's numbers, without rounding.
_EXACT_DIGITS: Final = 150


class ExpressionParser(TemplateParser):
    """The expression rules; most rules also skip the white space after what they read."""

    def expression(self, *, free: bool) -> Expression:
        condition = self._operations(1, free)
        if self.text[self.at] != "?":
            return condition
        self.at += 1
        self.skip(free=free)
        true_result = self.expression(free=free)
        if self.text[self.at] != ":" or self.text[self.at + 1] == ":":
            raise self.error("A colon and the result for false are expected here")
        self.at += 1
        self.skip(free=free)
        false_result = self.expression(free=free)
        return Conditional(condition, true_result, false_result, condition.start, false_result.end)

    def _operations(self, least: int, free: bool) -> Expression:
        """Parse operations of at least a precedence, and the white space after them."""
        left = self._operand(free)
        text = self.text
        while True:
            self.skip(free=free)
            found = _OPERATOR.match(text, self.at)
            if found is None:
                return left
            operator = found[0]
            precedence = _PRECEDENCE[operator]
            if precedence < least:
                return left
            self.at = found.end()
            self.skip(free=free)
            left = BinaryOp(operator, left, self._operations(precedence + 1, free))

    def _operand(self, free: bool) -> Expression:
        """Parse a term and the steps after it."""
        text, at = self.text, self.at
        found = _ASCII_TRAVERSAL.match(text, at)
        if found is not None:
            return self._named(found, free)
        found = _SIMPLE_STRING.match(text, at)
        if found is not None:
            self.at = found.end()
            return self._traversals(self.string(found[1], at, self.at), free)
        return self._traversals(self._term(free), free)

    def _named(self, found: re.Match[str], free: bool) -> Expression:
        """Parse what begins with a name: a reference, a keyword or a call."""
        start, written = self.at, found[0]
        self.at = end = found.end()
        text = self.text
        if text[end] not in "([:.":
            # The most common case: only a step is possible after the white space.
            self.skip(free=free)
        following = text[self.at]
        if "." not in written:
            if following == "(" or text.startswith("::", self.at):
                return self._traversals(self._call(written, start, free), free)
            if written in KEYWORDS:
                return self._traversals(Literal(KEYWORDS[written], start, end), free)
            node: Expression = ScopeTraversal(written, (), start, end)
        else:
            root, *steps = written.split(".")
            if root in KEYWORDS:
                keyword = Literal(KEYWORDS[root], start, start + len(root))
                node = RelativeTraversal(keyword, tuple(steps), start, end)
            else:
                node = ScopeTraversal(root, tuple(steps), start, end)
        return self._traversals(node, free) if following in ".[" else node

    def _term(self, free: bool) -> Expression:
        start, first = self.at, self.text[self.at]
        if first == '"':
            return self.quoted()
        if first == "[":
            return self._tuple()
        if first == "{":
            return self._object()
        if first == "(":
            self.at += 1
            self.skip(free=True)
            inner = self.expression(free=True)
            self._close(")", "parenthesis")
            return Parentheses(inner, start, self.at)
        if first in "0123456789":
            return self._number(start)
        if first in "-!" and not self.text.startswith("!=", start):
            self.at += 1
            self.skip(free=free)
            operand = self._operand(free)
            return UnaryOp(first, operand, start, operand.end)
        if first == "<":
            heredoc = _HEREDOC.match(self.text, start)
            if heredoc is not None:
                self.at = heredoc.end(1)
                marker = self.identifier()
                if marker is not None and marker == heredoc[2]:
                    self.at = heredoc.end()
                    return self.heredoc(marker, start, flush=bool(heredoc[1]))
        name = self.identifier()
        if name is None:
            raise self.error("An expression is expected here")
        end = self.at
        self.skip(free=free)
        if self.text[self.at] == "(" or self.text.startswith("::", self.at):
            return self._call(name, start, free)
        return ScopeTraversal(name, (), start, end)

    def _number(self, start: int) -> Literal:
        found = _NUMBER.match(self.text, start)
        written = found[0] if found else ""
        self.at = start + len(written)
        if not _DECIMAL.fullmatch(written):
            raise self.error(f"{written[:40]} is not a number", start)
        if written.isdigit() and len(written) <= _EXACT_DIGITS:
            return Literal(int(written), start, self.at)
        return Literal(NumberText(written), start, self.at)

    def _close(self, bracket: str, word: str) -> None:
        """Skip the required closing bracket, and the white space before it."""
        self.skip(free=True)
        if self.text[self.at] != bracket:
            raise self.error(f"A closing {word} is expected here")
        self.at += 1

    def _traversals(self, node: Expression, free: bool) -> Expression:
        """Parse the steps after an expression."""
        text = self.text
        while True:
            self.skip(free=free)
            first = text[self.at]
            if first == "[":
                node = self._index(node, free)
            elif first == "." and not text.startswith("...", self.at):
                self.at += 1
                self.skip(free=free)
                if text[self.at] == "*":
                    node = self._attribute_splat(node, free)
                else:
                    node = _stepped(node, self._attribute_step(), self.at)
            else:
                return node

    def _attribute_step(self) -> Step:
        """Parse what follows a dot: a name, or an index in the legacy form."""
        start = self.at
        name = self.identifier()
        if name is not None:
            return name
        if self.text[start] not in "0123456789":
            raise self.error("The name of an attribute is expected behind the dot")
        number = self._number(start)
        if "." in self.text[start : self.at]:
            raise self.error("Write two indexes as [0][1]", start)
        return number

    def _attribute_splat(self, node: Expression, free: bool) -> Expression:
        item = SplatItem(self.at, self.at + 1)
        self.at += 1
        each: Expression = item
        end = self.at
        while True:
            self.skip(free=free)
            if self.text[self.at] != "." or self.text.startswith("...", self.at):
                return Splat(node, each, item, node.start, end)
            self.at += 1
            self.skip(free=free)
            each = _stepped(each, self._attribute_step(), self.at)
            end = self.at

    def _index(self, node: Expression, free: bool) -> Expression:
        opened = self.at
        self.at += 1
        self.skip(free=free)
        text = self.text
        if text[self.at] == "*":
            self.at += 1
            self.skip(free=free)
            if text[self.at] != "]":
                raise self.error("A closing bracket is expected behind the star")
            self.at += 1
            item = SplatItem(opened, self.at)
            each = self._traversals(item, free)
            return Splat(node, each, item, node.start, max(self.at, each.end))
        self.skip(free=True)
        key = self.expression(free=True)
        self._close("]", "bracket")
        if isinstance(key, Literal):
            return _stepped(node, key, self.at)
        return Index(node, key, node.start, self.at)

    def _call(self, name: str, start: int, free: bool) -> FunctionCall:
        while self.text.startswith("::", self.at):
            self.at += 2
            self.skip(free=free)
            part = self.identifier()
            if part is None:
                raise self.error("The name of a function is expected behind ::")
            name += "::" + part
            self.skip(free=free)
        if self.text[self.at] != "(":
            raise self.error("An opening parenthesis is expected behind the name of a function")
        self.at += 1
        arguments: list[Expression] = []
        while True:
            self.skip(free=True)
            if self.text[self.at] == ")":
                self.at += 1
                return FunctionCall(name, arguments, False, start, self.at)
            arguments.append(self.expression(free=True))
            self.skip(free=True)
            if self.text.startswith("...", self.at):
                self.at += 3
                self._close(")", "parenthesis")
                return FunctionCall(name, arguments, True, start, self.at)
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] != ")":
                raise self.error("A comma or a closing parenthesis is expected here")

    def _tuple(self) -> Expression:
        start = self.at
        self.at += 1
        self.skip(free=True)
        text = self.text
        if self.keyword("for"):
            return self._for(start, "]")
        items: list[Expression] = []
        while text[self.at] != "]":
            found = _SIMPLE_ELEMENT.match(text, self.at)
            if found is not None:
                items.append(self.string(found[1], self.at, found.end()))
                self.at = found.end()
            else:
                items.append(self.expression(free=True))
            self.skip(free=True)
            if text[self.at] == ",":
                self.at += 1
                self.skip(free=True)
            elif text[self.at] != "]":
                raise self.error("A comma or a closing bracket is expected here")
        self.at += 1
        return TupleCons(items, start, self.at)

    def _object(self) -> Expression:
        start = self.at
        self.at += 1
        self.skip(free=True)
        if self.keyword("for"):
            return self._for(start, "}")
        text = self.text
        items: list[tuple[Expression, Expression]] = []
        while True:
            self.skip(free=True)
            if text[self.at] == "}":
                self.at += 1
                return ObjectCons(items, start, self.at)
            key = self._key()
            self.skip(free=False)
            separator = text[self.at]
            if separator == ":" or (separator == "=" and text[self.at + 1] not in "=>"):
                self.at += 1
            else:
                raise self.error("An equals sign and the value are expected here")
            self.skip(free=False)
            items.append((key, self.expression(free=False)))
            self.skip(free=False)
            if text[self.at] == ",":
                self.at += 1
            elif text[self.at] != "}":
                found = END_OF_LINE.match(text, self.at)
                if found is None or found.end() == self.at:
                    raise self.error("A comma, a newline or a closing brace is expected here")

    def _key(self) -> Expression:
        """Parse the key of an object; a bare name is a string."""
        start = self.at
        in_parentheses = self.text[start] == "("
        key = self.expression(free=False)
        if in_parentheses:
            return key
        if isinstance(key, ScopeTraversal):
            if key.steps:
                return Invalid(
                    "A key with a dot is a reference in parentheses or a string in quotes",
                    key.start,
                    key.end,
                )
            return self.string(key.root, key.start, key.end)
        if isinstance(key, Literal) and not isinstance(key.value, int | NumberText | SourceString):
            return self.string("null", key.start, key.end)
        if isinstance(key, Literal) and isinstance(key.value, bool):
            return self.string("true" if key.value else "false", key.start, key.end)
        return key

    def for_names(self) -> tuple[str | None, str]:
        """Parse the names after ``for``, through ``in``."""
        self.skip(free=True)
        key, value = None, self.identifier()
        self.skip(free=True)
        if value is not None and self.text[self.at] == ",":
            self.at += 1
            self.skip(free=True)
            key, value = value, self.identifier()
            self.skip(free=True)
        if value is None:
            raise self.error("The name of a variable is expected behind for")
        if not self.keyword("in"):
            raise self.error("The word in is expected behind the names of a for")
        self.skip(free=True)
        return key, value

    def _for(self, start: int, closing: str) -> ForExpr:
        names = self.for_names()
        collection = self.expression(free=True)
        if self.text[self.at] != ":":
            raise self.error("A colon is expected behind the collection of a for")
        self.at += 1
        self.skip(free=True)
        key: Expression | None = None
        value = self.expression(free=True)
        if self.text.startswith("=>", self.at):
            self.at += 2
            self.skip(free=True)
            key, value = value, self.expression(free=True)
        groups = self.text.startswith("...", self.at)
        if groups:
            self.at += 3
            self.skip(free=True)
        condition = None
        if self.keyword("if"):
            self.skip(free=True)
            condition = self.expression(free=True)
        self._close(closing, "bracket" if closing == "]" else "brace")
        if (key is None) != (closing == "]") or (groups and closing == "]"):
            raise self.error("Only a for in braces has a key, and may group by it", start)
        return ForExpr(names, collection, key, value, condition, groups, start, self.at)


def _stepped(node: Expression, step: Step, end: int) -> Expression:
    """Return an expression with one more step."""
    if isinstance(node, ScopeTraversal | RelativeTraversal):
        node.steps.append(step)
        node.end = end
        return node
    return RelativeTraversal(node, (step,), node.start, end)
