"""One module: the declarations of a folder's Terraform files, overrides merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.errors import SourceError
from toolkit.model.inventory import Note
from toolkit.sources.comments import Comment
from toolkit.sources.hcl import json_syntax, native, waivers
from toolkit.sources.hcl.blocks import Attribute, Block
from toolkit.sources.hcl.confines import Confines
from toolkit.sources.hcl.file_calls import Text, may_open_files, searchable

_NATIVE, _JSON = ".tf", ".tf.json"


class Module:
    """The declarations of one folder, by name. `path` is how reports name the folder."""

    def __init__(self, directory: Path, path: str) -> None:
        self.directory = directory
        self.path = path
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, Attribute] = {}
        self.outputs: dict[str, Block] = {}
        self.calls: dict[str, Block] = {}
        self.resources: dict[tuple[str, str], Block] = {}
        self.data: dict[tuple[str, str], Block] = {}
        self.has_provider = False
        self.has_overrides = False
        self.has_hidden = False
        #: The files in which functions may be called that open files.
        self.texts: list[Text] = []
        #: The comments that ask to waive a rule, and notes on those that do not read as one.
        self.waivers: list[Comment] = []
        self.waiver_notes: list[Note] = []

    def shown(self, file: Path) -> str:
        """How reports name a file of the folder."""
        return _shown(self.path, file)


def _shown(folder: str, file: Path) -> str:
    return file.name if folder in ("", ".") else f"{folder}/{file.name}"


def terraform_files(directory: Path) -> list[Path]:
    """The files that Terraform reads in a folder, in its order, overrides included.

    Raises `SourceError` for a folder that cannot be read.
    """
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        raise SourceError(
            f"{directory}: cannot be read: {error.strerror}",
            hint="Check the folder's permissions, or leave it out with --exclude.",
        ) from error
    found = [
        entry
        for entry in entries
        if entry.name.endswith((_NATIVE, _JSON))
        and not entry.name.startswith(".")
        and not entry.is_dir()
    ]
    return [f for f in found if not _is_override(f)] + [f for f in found if _is_override(f)]


def _is_override(file: Path) -> bool:
    stem = file.name.removesuffix(_JSON).removesuffix(_NATIVE)
    return stem == "override" or stem.endswith("_override")


def load_module(directory: Path, path: str, confines: Confines) -> Module:
    """Read a folder.

    Raises `SourceError` for a file that cannot or must not be read, syntax that is not Terraform's,
    a name declared twice, and an override of something that is not declared.
    """
    module = Module(directory, path)
    for file in terraform_files(directory):
        shown = module.shown(file)
        override = _is_override(file)
        module.has_overrides |= override
        for block in _blocks(confines.read(file, shown), shown, module):
            _declare(module, block, override=override)
    module.has_hidden = has_hidden_files(directory)
    return module


def has_hidden_files(directory: Path) -> bool:
    """Whether a folder has files that look like Terraform, but that Terraform leaves alone."""
    return any(
        entry.name.startswith(".") and entry.name.endswith((_NATIVE, _JSON))
        for entry in directory.iterdir()
    )


def is_self_contained(directory: Path, path: str, confines: Confines) -> bool:
    """Whether no file of a folder can lead the evaluator anywhere else, as its bytes tell.

    `path` is how reports name it. Raises `SourceError` for a file that cannot or must not be read.
    """
    for file in terraform_files(directory):
        source = confines.read(file, _shown(path, file))
        if b"module" in source or may_open_files(source, is_json=file.name.endswith(_JSON)):
            return False
    return not has_hidden_files(directory)


def _blocks(source: bytes, shown: str, module: Module) -> Iterator[Block]:
    try:
        source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{shown}:{line}: is not UTF-8", hint="Save the file as UTF-8.") from None
    if shown.endswith(_JSON):
        try:
            json_syntax.decoded(source.decode())
        except ValueError as error:
            raise SourceError(
                f"{shown}: is not JSON: {error}", hint="Run `terraform validate` to see more."
            ) from None
        root = json_syntax.parse(source)
        _refuse_errors(native.first_error(root), shown)
        found = tuple(json_syntax.blocks(root, source, shown))
        if may_open_files(source, is_json=True):
            module.texts.append(Text(searchable(source), None, found))
        yield from found
    else:
        root = native.parse(source)
        _refuse_errors(native.first_error(root), shown)
        if waivers.MARKER in source:
            comments, notes = waivers.read_comments(root, source, shown)
            module.waivers += comments
            module.waiver_notes += notes
        found = tuple(native.blocks(root, source, shown))
        if may_open_files(source, is_json=False):
            module.texts.append(Text(source, root, found))
        yield from found


def _refuse_errors(at: tuple[int, int] | None, shown: str) -> None:
    if at is not None:
        raise SourceError(
            f"{shown}:{at[0]}:{at[1]}: cannot be read as Terraform",
            hint="Run `terraform validate`; if that is content, check a plan instead.",
        )


def _declare(module: Module, block: Block, *, override: bool) -> None:
    labels = block.labels
    match block.kind, len(labels):
        case "variable", 1:
            _put(module.variables, labels[0], block, override=override)
        case "output", 1:
            _put(module.outputs, labels[0], block, override=override)
        case "module", 1:
            _put(module.calls, labels[0], block, override=override)
        case "resource", 2:
            _put(module.resources, (labels[0], labels[1]), block, override=override)
        case "data", 2:
            _put(module.data, (labels[0], labels[1]), block, override=override)
        case "locals", 0:
            for name, attribute in block.attributes.items():
                if override and name not in module.locals:
                    raise SourceError(
                        f"{attribute.span.path}:{attribute.span.line}: overrides local.{name}, "
                        "which no other file declares",
                        hint="Declare it in a file that is no override, or remove this line.",
                    )
                if name in module.locals and not override:
                    raise _twice(f"local.{name}", attribute.span.path, attribute.span.line)
                module.locals[name] = attribute
        case "provider", 1:
            module.has_provider = True
        case "terraform", 0:
            module.has_provider |= any(b.kind in ("backend", "cloud") for b in block.blocks)


def _put(
    declared: dict[str, Block] | dict[tuple[str, str], Block],
    key: str | tuple[str, str],
    block: Block,
    *,
    override: bool,
) -> None:
    table: dict[str | tuple[str, str], Block] = declared  # type: ignore[assignment]
    base = table.get(key)
    label = f"{block.kind} {' '.join(block.labels)}"
    if override and base is None:
        raise SourceError(
            f"{block.span.path}:{block.span.line}: overrides {label}, which no other file declares",
            hint="Declare it in a file that is no override, or remove this block.",
        )
    if base is not None and not override:
        raise _twice(label, block.span.path, block.span.line)
    table[key] = block if base is None else _merged(base, block)


def _twice(label: str, path: str, line: int) -> SourceError:
    return SourceError(
        f"{path}:{line}: {label} is declared twice in this module",
        hint="Remove or rename one; only *_override.tf files may declare it again.",
    )


def _merged(base: Block, over: Block) -> Block:
    """`base` with what `over` sets: attributes one by one, nested blocks a whole type at a time.

    But what either `lifecycle` ignores is ignored: an empty list takes nothing back.
    """

    def body() -> tuple[dict[str, Attribute], tuple[Block, ...]]:
        replaced = {_nested_type(block) for block in over.blocks} - {"lifecycle"}
        kept = tuple(b for b in base.blocks if _nested_type(b) not in replaced)
        return {**base.attributes, **over.attributes}, kept + over.blocks

    return Block(base.kind, base.labels, base.span, body)


def _nested_type(block: Block) -> str:
    return block.labels[0] if block.kind == "dynamic" and block.labels else block.kind
