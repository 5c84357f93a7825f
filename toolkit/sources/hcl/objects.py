"""List every resource and data source of the provider in a root module, with its instances."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from toolkit.errors import SourceError
from toolkit.files.opening import is_folder
from toolkit.model.addresses import without_keys
from toolkit.model.operator_needs import Phase, TerraformObject, TerraformObjects
from toolkit.model.values import Unknown
from toolkit.sources.hcl.modules.instance import ModuleInstance
from toolkit.sources.hcl.modules.root import open_root
from toolkit.sources.hcl.modules.statements import module_instances
from toolkit.sources.hcl.modules.tree import ModuleCache
from toolkit.sources.hcl.modules.versions import Version, Versions
from toolkit.sources.hcl.places import block_location
from toolkit.sources.hcl.reader import place_of, versions_in_force
from toolkit.sources.hcl.schemas import PROVIDER_PREFIX
from toolkit.sources.hcl.syntax.nodes import Block, Literal
from toolkit.sources.read_requests import Read

#: Every object in a configuration goes through all of these phases in its lifetime.
_ALL = (Phase.READ, Phase.CREATE, Phase.UPDATE, Phase.DELETE)


def read_objects(request: Read, cache: ModuleCache) -> TerraformObjects:
    """Return the objects of a root module, evaluated for the first version that may run it.

    A ``.tf`` file stands for its own objects and those of the modules that it calls. Raises
    `SourceError` for what cannot be read, and for what every version refuses.
    """
    file: str | None = None
    if not is_folder(request.source, request.max_size):
        file, within = request.source, request.within or request.source
        request = replace(request, source=os.path.dirname(file) or ".", within=within)  # noqa: PTH120
    place = place_of(request.source, request.within or request.source, request.max_size)
    versions, _ = versions_in_force(request, place, cache)
    waiting: list[Sequence[Version]] = [versions]
    refused: SourceError | None = None
    while waiting:
        these = Versions(waiting.pop())
        try:
            instances = list(module_instances(open_root(request, place, these, cache)))
            objects = [each for instance in instances for each in _of_module(instance, file)]
        except SourceError as error:
            refused = refused or error
        else:
            ordered = sorted(objects, key=lambda each: (each.address, each.is_data))
            return TerraformObjects(place.shown, tuple(ordered), tuple(_unread(instances, file)))
        if these.differing:
            waiting.append(these.differing)
    raise refused or SourceError(f"{place.shown}: no version may run this root module")


def _of_module(instance: ModuleInstance, file: str | None) -> Iterator[TerraformObject]:
    called = _is_of(file, instance.calls())
    for is_data, table in ((False, instance.module.resources), (True, instance.module.data)):
        for kind in dict.fromkeys(kind for kind, _ in table):
            if not kind.startswith(PROVIDER_PREFIX):
                continue
            for found in instance.instances(kind, is_data=is_data):
                if not (called or _is_of(file, [found.content.block])):
                    continue
                yield TerraformObject(
                    found.address,
                    kind,
                    (Phase.READ,) if is_data else _ALL,
                    is_data,
                    frozenset(_given(found.content.block)),
                    not found.existence,
                    block_location(found.content.block),
                )


def _given(block: Block) -> Iterator[str]:
    for name, attribute in block.body.attributes.items():
        value = attribute.expression
        if not (isinstance(value, Literal) and value.value is None):
            yield name


def _is_of(file: str | None, blocks: Iterable[Block]) -> bool:
    """Whether one of the blocks is in the file; always true without a file."""
    return file is None or any(
        os.path.normpath(block_location(each, show=False).path) == os.path.normpath(file)
        for each in blocks
    )


def _unread(instances: list[ModuleInstance], file: str | None) -> Iterator[Unknown]:
    for each in instances:
        if each.unread is not None and _is_of(file, each.calls()):
            address = without_keys(each.address)
            yield Unknown(f"what {address} has", each.unread.decided_by)
