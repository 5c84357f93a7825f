"""The settings of a module: versions, required providers, the backend.

All functions raise `SourceError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from toolkit.lazily import pattern
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.modules.constants import constant
from toolkit.sources.hcl.modules.loading import Module, blocks_of, refused
from toolkit.sources.hcl.modules.tree import local_source
from toolkit.sources.hcl.modules.versions import Versions, unreadable
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Expression, Literal
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source
from toolkit.sources.hcl.values import EvaluationError

#: The attributes of a required provider.
_PROVIDER: Final = frozenset({"version", "source", "configuration_aliases"})
#: A part of a provider's source address.
_NAME: Final = pattern(r"[^\W_]+(?:-+[^\W_]+)*")
_MOST_PARTS: Final = 3


def hold_settings(module: Module, versions: Versions) -> None:
    """Check the settings of a module."""
    for block in module.others:
        if block.type == "terraform":
            _hold_version(block, versions)
            for required in blocks_of(block, "required_providers"):
                for name, attribute in required.body.content({}).attributes.items():
                    _hold_required(name, attribute)
        elif block.type == "provider" and "version" in block.body.attributes:
            _hold_constraint(block.body.attributes["version"])
    for call in module.calls.values():
        version = call.body.attributes.get("version")
        if version is None:
            continue
        if local_source(call) is not None:
            message = "a version is for modules of a registry, not for a local path"
            raise refused(version.source, version.start, message)
        if isinstance(version.verbatim, Literal):
            _hold_constraint(version)
    for kinds in (("required_providers",), ("backend", "cloud")):
        for other in islice(_settings(module, kinds), 1, None):
            raise refused(
                other.source, other.start, f"a module can have only one {' or '.join(kinds)}"
            )


def _settings(module: Module, kinds: tuple[str, ...]) -> Iterator[Block]:
    """Yield the nested blocks of these types in `terraform` blocks, except in overrides."""
    for block in module.others:
        if block.type == "terraform" and block not in module.overrides:
            for kind in kinds:
                yield from blocks_of(block, kind)


def required_version(block: Block) -> str | None:
    """Return the version constraint of a `terraform` block; None without one.

    Raises `SourceError` for a value that is not a string.
    """
    attribute = block.body.attributes.get("required_version")
    if attribute is None:
        return None
    try:
        value = cty.convert(constant(attribute.expression, attribute.source), cty.STRING)
    except EvaluationError as error:
        raise refused(attribute.source, attribute.start, error.message) from None
    return str(value) if isinstance(value, str) else None


def _hold_version(block: Block, versions: Versions) -> None:
    """Check a module's version constraint against the versions of this run."""
    constraint = required_version(block)
    if constraint is None:
        return
    why = unreadable(constraint, takes_prereleases=False)
    if not why and not versions.allow(constraint):
        why = f"{versions.agreed[0]} is none of {constraint}"
    if why:
        raise refused(block.source, block.body.attributes["required_version"].start, why)


def _hold_required(name: str, attribute: Attribute) -> None:
    source, start, value = attribute.source, attribute.start, attribute.verbatim
    if not _NAME.fullmatch(name):
        raise refused(source, start, f"{name} is not a name of a provider")
    if isinstance(value, Literal) and isinstance(value.value, str):
        _hold_constraint(attribute)
        return
    if not isinstance(value, nodes.ObjectCons):
        raise refused(source, start, "a required provider has a source and a version")
    for key, given in value.items:
        known = key.value if isinstance(key, Literal) else None
        if known not in _PROVIDER:
            message = "a required provider has a source, a version and configuration_aliases"
            raise refused(source, key.start, message)
        text = _text(given, source)
        if known == "configuration_aliases":
            continue
        if text is None:
            raise refused(source, given.start, f"the {known} of a provider must be a string")
        why = unreadable(text) if known == "version" else _wrong_source(text)
        if why:
            raise refused(source, given.start, why)


def _text(expression: Expression, source: Source) -> str | None:
    try:
        value = constant(expression, source)
    except EvaluationError:
        return None
    return value if isinstance(value, str) else None


def _wrong_source(text: str) -> str:
    """Return why a string is not a provider's source address; '' if it is."""
    parts = text.split("/")
    host = parts[:1] if len(parts) == _MOST_PARTS else []
    names = parts[len(host) :]
    if len(parts) <= _MOST_PARTS and "" not in host and all(map(_NAME.fullmatch, names)):
        return ""
    return f'"{text}" is not a source address of a provider, such as mypurecloud/genesyscloud'


def _hold_constraint(attribute: Attribute) -> None:
    try:
        text = _text(attribute.verbatim, attribute.source)
    except HclSyntaxError as error:
        raise refused(attribute.source, error.offset, error.message) from None
    why = "a version must be a string" if text is None else unreadable(text)
    if why:
        raise refused(attribute.source, attribute.start, why)
