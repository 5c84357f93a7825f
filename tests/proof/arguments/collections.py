"""Argument lists for the functions of collections and of types."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from tests.proof.arguments.literals import listed, mapped, null, number, scalar, truth, value, word

#: Draws an argument of a kind, by the letter that stands for the kind below.
_KINDS: Final[dict[str, Callable[[random.Random], str]]] = {
    "b": truth,
    "l": listed,
    "m": mapped,
    "n": number,
    "s": scalar,
    "v": value,
    "w": word,
}
#: The arguments of a function, in one or several forms; ``*`` marks one that may be repeated.
_ARGUMENTS: Final = {
    "coalesce": ("s*", "v*"),
    "coalescelist": ("l*",),
    "compact": ("l",),
    "concat": ("l*",),
    "contains": ("lw", "lv"),
    "distinct": ("l",),
    "element": ("ln",),
    "ephemeralasnull": ("v",),
    "flatten": ("l", "v"),
    "index": ("lw", "lv"),
    "issensitive": ("v",),
    "keys": ("m",),
    "length": ("l", "m", "w", "v"),
    "lookup": ("mw", "mww", "mwv", "mww"),
    "matchkeys": ("lll",),
    "merge": ("m*",),
    "nonsensitive": ("v",),
    "one": ("l", "v"),
    "reverse": ("l",),
    "sensitive": ("v",),
    "setintersection": ("l*",),
    "setproduct": ("ll", "l*"),
    "setsubtract": ("ll",),
    "setunion": ("l*",),
    "sort": ("l",),
    "tobool": ("v", "b"),
    "tolist": ("v", "l"),
    "tomap": ("v", "m"),
    "tonumber": ("v", "n", "w"),
    "toset": ("v", "l"),
    "tostring": ("v", "s"),
    "values": ("m",),
}


def _arguments(forms: Sequence[str], draw: random.Random) -> str:
    form = draw.choice(forms)
    if form.endswith("*"):
        form = form[0] * draw.choice((0, 1, 2, 2, 3))
    found = [null(draw) if draw.random() < 0.02 else _KINDS[each](draw) for each in form]
    return ", ".join(found)


def _row(draw: random.Random, item: Callable[[random.Random], str], most: int = 5) -> str:
    return f"[{', '.join(item(draw) for _ in range(draw.randrange(most)))}]"


def _answers(draw: random.Random) -> str:
    if draw.random() < 0.2:
        return listed(draw)
    return _row(draw, lambda source: "null" if source.random() < 0.05 else truth(source))


def _numbers(draw: random.Random) -> str:
    return listed(draw) if draw.random() < 0.2 else _row(draw, number)


def _small(draw: random.Random) -> str:
    return number(draw) if draw.random() < 0.1 else str(draw.randrange(-1, 5))


def _chunks(draw: random.Random) -> str:
    return f"{listed(draw)}, {_small(draw)}"


def _slice(draw: random.Random) -> str:
    items = _row(draw, word) if draw.random() < 0.7 else listed(draw)
    return f"{items}, {_small(draw)}, {_small(draw)}"


def _range(draw: random.Random) -> str:
    steps = ("0", "1", "2", "-1", "0.5", "-0.25", "3", "10", "-7", '"2"', "1.5")
    return ", ".join(draw.choice(steps) for _ in range(draw.choice((1, 2, 3, 3, 0, 4))))


def _transpose(draw: random.Random) -> str:
    if draw.random() < 0.2:
        return mapped(draw)
    keys = draw.sample(("a", "b", "c"), draw.randrange(4))
    return f"{{{', '.join(f'{key} = {_row(draw, word, 4)}' for key in keys)}}}"


def _zipmap(draw: random.Random) -> str:
    if draw.random() < 0.2:
        return f"{listed(draw)}, {listed(draw)}"
    size = draw.randrange(4)
    item = draw.choice((word, number, scalar, value))
    keys = f"[{', '.join(word(draw) for _ in range(size))}]"
    return f"{keys}, [{', '.join(item(draw) for _ in range(size))}]"


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    **{name: partial(_arguments, forms) for name, forms in _ARGUMENTS.items()},
    "alltrue": _answers,
    "anytrue": _answers,
    "chunklist": _chunks,
    "range": _range,
    "slice": _slice,
    "sum": _numbers,
    "transpose": _transpose,
    "zipmap": _zipmap,
}
