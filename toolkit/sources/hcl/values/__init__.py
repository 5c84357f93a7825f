"""Terraform's values (cty): types, conversion and equality, including unknown values.

This package exports the names that the whole evaluator uses.
"""

from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl.values.conversion import convert, unify
from toolkit.sources.hcl.values.equality import equal, key, make_set
from toolkit.sources.hcl.values.numbers import Float, Int64
from toolkit.sources.hcl.values.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    UNTYPED,
    Type,
    list_of,
    map_of,
    object_of,
    set_of,
    tuple_of,
)
from toolkit.sources.hcl.values.values import (
    DEFERRED,
    EPHEMERAL,
    MAPPINGS,
    NO_MARKS,
    NULL,
    SENSITIVE,
    SEQUENCES,
    SYMBOLIC,
    EvaluationError,
    ListVal,
    MapVal,
    Marked,
    Null,
    ObjectVal,
    SetVal,
    Symbol,
    SymbolText,
    TupleVal,
    UnknownVal,
    Value,
    doubt,
    doubts,
    has_symbols,
    is_known,
    is_plain,
    mark,
    reasons_of,
    symbol_text,
    template_of,
    type_of,
    unknown,
    unmark,
    unmark_deep,
    weight,
)

__all__ = [
    "BOOL", "DEFERRED", "DYNAMIC", "EPHEMERAL", "MAPPINGS", "NO_MARKS", "NULL", "NUMBER",
    "SENSITIVE", "SEQUENCES", "STRING", "SYMBOLIC", "UNTYPED", "EvaluationError", "Float", "Int64",
    "ListVal", "MapVal", "Marked", "Null", "ObjectVal", "Reason", "SetVal", "Symbol", "SymbolText",
    "TupleVal", "Type", "UnknownVal", "Value", "convert", "doubt", "doubts", "equal", "has_symbols",
    "is_known", "is_plain", "key", "list_of", "make_set", "map_of", "mark", "object_of",
    "reasons_of", "set_of", "symbol_text", "template_of", "tuple_of", "type_of", "unify", "unknown",
    "unmark", "unmark_deep", "weight",
]  # fmt: skip
