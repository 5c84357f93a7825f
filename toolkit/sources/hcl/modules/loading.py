"""Load one module: the declarations in a folder's files, with overrides merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from toolkit.errors import SourceError
from toolkit.files.tree import Entry, FileRefusedError, Kind, Tree
from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl import syntax
from toolkit.sources.hcl.modules import forms, provider_forms
from toolkit.sources.hcl.modules.forms import OF_TYPES, Feature, is_name
from toolkit.sources.hcl.modules.language import BLOCKS, META_BLOCKS, Grammar
from toolkit.sources.hcl.schemas import DATA_SOURCES, RESOURCES, Schema
from toolkit.sources.hcl.syntax.native import parse_body
from toolkit.sources.hcl.syntax.nodes import Attribute, Block, Body, Literal
from toolkit.sources.hcl.syntax.source import HclSyntaxError, Source

#: File name endings of Terraform files, and of files that only OpenTofu reads.
_TERRAFORM: Final = (".tf", ".tf.json")
_OPENTOFU: Final = (".tofu", ".tofu.json")
_LABELS: Final = {kind: grammar.labels for kind, grammar in BLOCKS.items()}
_META_LABELS: Final = {kind: grammar.labels for kind, grammar in META_BLOCKS.items()}
#: Blocks that an override file cannot contain.
_NO_OVERRIDES: Final = frozenset({"check", "import", "moved"})
_NAMED: Final = ("variable", "output", "module")


class Module:
    """The declarations of one folder. `folder` is its path in the tree, `path` that in reports."""

    def __init__(self, folder: str, path: str) -> None:
        self.folder = folder
        self.path = path
        self.sources: list[Source] = []
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, Attribute] = {}
        self.outputs: dict[str, Block] = {}
        self.calls: dict[str, Block] = {}
        self.resources: dict[tuple[str, str], Block] = {}
        self.data: dict[tuple[str, str], Block] = {}
        self.ephemerals: dict[tuple[str, str], Block] = {}
        #: The override blocks as written, before they are merged.
        self.overrides: list[Block] = []
        #: Blocks of all other types.
        self.others: list[Block] = []
        self.features: list[Feature] = []
        #: Forms that the language table lacks: Terraform may or may not accept them.
        self.unsure: list[Reason] = []

    def add(self, found: Iterable[Feature | Reason]) -> None:
        """Add features that only some versions have, and forms that the table lacks."""
        for each in found:
            if isinstance(each, Feature):
                self.features.append(each)
            else:
                self.unsure.append(each)

    @property
    def has_provider(self) -> bool:
        """Whether the module configures a provider, a backend or a cloud, as a root module does."""
        return self.has_backend or any(block.type == "provider" for block in self.others)

    @property
    def has_backend(self) -> bool:
        """Whether the module configures a backend or a cloud; only a root module's takes effect."""
        return any(block.type == "terraform" and _has_backend(block) for block in self.others)


def _has_backend(block: Block) -> bool:
    return any(nested.type in ("backend", "cloud") for nested in block.body.blocks)


def terraform_files(entries: Sequence[Entry], *, tofu: bool) -> list[str]:
    """Return the names of the files that a tool reads in a folder, in its order: overrides last.

    OpenTofu reads ``x.tofu`` instead of ``x.tf``.
    """
    names = [entry.name for entry in entries if not entry.is_folder and not _is_ignored(entry.name)]
    found = [name for name in names if name.endswith(_TERRAFORM)]
    if tofu:
        others = [name for name in names if name.endswith(_OPENTOFU)]
        replaced = {other.replace(".tofu", ".tf") for other in others}
        found = sorted([name for name in found if name not in replaced] + others)
    return sorted(found, key=_is_override)


def has_tofu_files(entries: Sequence[Entry]) -> bool:
    return any(
        entry.name.endswith(_OPENTOFU) and not entry.is_folder and not _is_ignored(entry.name)
        for entry in entries
    )


def _is_ignored(name: str) -> bool:
    """Whether both tools ignore the file as an editor's own."""
    return name.startswith(".") or name.endswith("~") or (name[0] == name[-1] == "#")


def _is_override(name: str) -> bool:
    stem = name.removesuffix(".json").rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")


def load_module(tree: Tree, folder: str, path: str, names: list[str]) -> Module:
    """Read the files of a folder.

    Raises `SourceError` for a file that cannot or must not be read, syntax that Terraform refuses,
    a name that is declared twice, and an override of something undeclared.
    """
    module = Module(folder, path)
    for name in names:
        shown = f"{path}/{name}" if path not in ("", ".") else name
        override = _is_override(name)
        source = Source(shown, read_file(tree, f"{folder}/{name}" if folder else name, shown))
        module.sources.append(source)
        with parsing(source):
            body = syntax.parse_json_body(source) if name.endswith(".json") else parse_body(source)
            content = body.content(_LABELS)
            module.add(forms.of_file(content, source))
            for block in content.blocks:
                if block.type in BLOCKS:
                    forms.refuse_labels(block)
                    whole = _with_content(block)
                    module.add(forms.of_block(whole, is_override=override))
                    module.add(provider_forms.of_block(whole, is_override=override))
                    _declare(module, whole, override=override)
    return module


def read_file(tree: Tree, path: str, shown: str) -> bytes:
    """Return a configuration file's content. Raises `SourceError`."""
    try:
        return tree.read(path)
    except FileRefusedError as error:
        is_large = error.kind is Kind.FILE
        hint = (
            "To allow it, raise the limit: --max-size MIB."
            if is_large
            else ("Check what stands at this path, or leave it out.")
        )
        raise SourceError(f"{shown}: {error.reason}", hint=hint) from None


@contextmanager
def parsing(source: Source) -> Iterator[None]:
    """Raise `SourceError` for syntax that Terraform refuses, and for text that is nested too
    deeply.
    """
    try:
        yield
    except HclSyntaxError as error:
        raise refused(source, error.offset, error.message) from None
    except RecursionError:
        raise SourceError(
            f"{source.path}: this file nests more deeply than the toolkit reads",
            hint="Terraform may take it: check a plan.",
        ) from None


def refused(source: Source, offset: int, message: str, hint: str = "") -> SourceError:
    """Return the error for something that Terraform refuses, with its location.

    A message may quote the file, so it is truncated.
    """
    line, column = source.position(offset)
    shown = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}..."
    if not shown.isprintable():
        shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in shown)
    return SourceError(
        f"{source.path}:{line}:{column}: {shown}",
        hint=hint or "Terraform refuses this too; `terraform validate` or `plan` says more.",
    )


#: The most characters of a message.
_LONGEST: Final = 500


def _with_content(block: Block) -> Block:
    """Return a top-level block with its content read by its schema."""
    grammar = BLOCKS[block.type]
    labels: Mapping[str, int] = {kind: inner.labels for kind, inner in grammar.blocks.items()}
    if block.type in OF_TYPES:
        labels = {**_META_LABELS, **_nested_labels(block)}
    content = block.body.content(labels)
    if content is not block.body:
        nested = [_with_nested(each, grammar) for each in content.blocks]
        body = Body(content.attributes, nested)
        block = Block(block.type, block.labels, body, block.source, block.start, block.end)
    return block


def _nested_labels(block: Block) -> Mapping[str, int]:
    table = RESOURCES if block.type == "resource" else DATA_SOURCES
    schema: Schema | None = table.get(block.labels[0])
    return {} if schema is None else schema.labels


def _with_nested(block: Block, grammar: Grammar) -> Block:
    inner = grammar.blocks.get(block.type)
    if inner is None or inner.open_blocks:
        return block
    content = block.body.content({kind: each.labels for kind, each in inner.blocks.items()})
    body = Body(content.attributes, [_with_nested(each, inner) for each in content.blocks])
    return Block(block.type, block.labels, body, block.source, block.start, block.end)


def _declare(module: Module, block: Block, *, override: bool) -> None:
    kind, labels = block.type, block.labels
    if override:
        _refuse_conditions(block)
        module.overrides.append(block)
    if kind == "locals":
        _declare_locals(module, block, override=override)
    elif kind in _NAMED:
        table = {
            "variable": module.variables, "output": module.outputs, "module": module.calls
        }[kind]  # fmt: skip
        table[labels[0]] = _merged_with(table.get(labels[0]), block, override=override)
    elif kind in OF_TYPES:
        typed = {
            "resource": module.resources, "data": module.data, "ephemeral": module.ephemerals
        }[kind]  # fmt: skip
        name = labels[0], labels[1]
        typed[name] = _merged_with(typed.get(name), block, override=override)
    else:
        _refuse_other(module, block, override=override)
        module.others.append(block)


def _refuse_other(module: Module, block: Block, *, override: bool) -> None:
    """Refuse a block that the module already has, or that an override file cannot contain."""
    kind = block.type
    if kind in _NO_OVERRIDES and override:
        raise refused(block.source, block.start, f"an override has no {kind}")
    if kind in ("check", "provider"):
        name = _name_of(block)
        known = any(each.type == kind and _name_of(each) == name for each in module.others)
        # An override may also configure a provider that has no configuration.
        known = known or (override and len(name) == 1)
        label = f"{kind} {'.'.join(name)}"
        _refuse_duplicate(label, known, block.source, block.start, override)


def _name_of(block: Block) -> tuple[str, ...]:
    """Return the name that distinguishes a block from others of its type.

    Raises `HclSyntaxError`.
    """
    alias = block.body.attributes.get("alias") if block.type == "provider" else None
    if alias is None:
        return block.labels
    value = alias.verbatim
    if not isinstance(value, Literal) or not is_name(str(value.value)):
        raise HclSyntaxError("an alias is a name in quotes", alias.start)
    return (*block.labels, str(value.value))


def _refuse_conditions(block: Block) -> None:
    """Refuse an override with conditions, which cannot be overridden. Raises `SourceError`."""
    for holder in (block, *blocks_of(block, "lifecycle")):
        for kind in ("precondition", "postcondition"):
            for rule in blocks_of(holder, kind):
                raise refused(block.source, rule.start, f"an override has no {kind}")


def _declare_locals(module: Module, block: Block, *, override: bool) -> None:
    for name, attribute in block.body.attributes.items():
        if not is_name(name):
            raise refused(attribute.source, attribute.start, f'"{name}" is not a name')
        _refuse_duplicate(
            f"local.{name}", name in module.locals, attribute.source, attribute.start, override
        )
        module.locals[name] = attribute


def _refuse_duplicate(label: str, known: bool, source: Source, start: int, override: bool) -> None:
    if override and not known:
        raise refused(
            source,
            start,
            f"overrides {label}, which no other file declares",
            "Declare it in a file that is not an override, or remove this.",
        )
    if known and not override:
        raise refused(
            source,
            start,
            f"{label} is declared twice in this module",
            "Remove or rename one; only *_override.tf files may declare it again.",
        )


def _merged_with(base: Block | None, block: Block, *, override: bool) -> Block:
    label = " ".join((block.type, *block.labels))
    _refuse_duplicate(label, base is not None, block.source, block.start, override)
    return block if base is None else _merged(base, block)


def _merged(base: Block, over: Block) -> Block:
    """Return `base` with what `over` sets: single attributes, and nested blocks by whole types.

    Changes that either `lifecycle` ignores stay ignored: an empty list does not reset them.
    """
    replaced = set(map(nested_type, over.body.blocks)) - {"lifecycle"}
    kept = [block for block in base.body.blocks if nested_type(block) not in replaced]
    body = Body({**base.body.attributes, **over.body.attributes}, kept + over.body.blocks)
    return Block(base.type, base.labels, body, base.source, base.start, base.end)


def nested_type(block: Block) -> str:
    """Return the type of a nested block, or of the blocks that a `dynamic` block makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def blocks_of(block: Block, kind: str) -> Iterator[Block]:
    """Yield the nested blocks of one type."""
    return (nested for nested in block.body.blocks if nested.type == kind)
