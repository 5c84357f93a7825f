"""Split text into extended grapheme clusters (UAX #29), which users see as characters.

Source: Unicode 15.0, and go-textseg 15. Its grammar differs from UAX #29 in small ways: it treats
U+FFFD as a control character, and joins an emoji to more than emoji.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from unicodedata import category

from toolkit.lazily import pattern

#: Character ranges for each class that the general category does not decide: `x` extends the
#: character before it, `p` belongs to the next one, `e` is an emoji, `z` joins emoji, `r` is half
#: of a flag, `c` stands alone, `o` is none of these; `l`, `v`, `t` are parts of Hangul syllables,
#: `s` are whole ones. Marks newer than Unicode 14 are in `x`. Marks newer than 15.0 extend nothing,
#: even if Python knows them.
_RANGES: Final = {
    "x": "CF3 E33 EB3 ECE 200C FF9E-FF9F 10EFD-10EFF 11241 11F00-11F01 11F03 11F34-11F3A"
    " 11F3E-11F42 13440 13447-13455 1E08F 1E4EC-1E4EF 1F3FB-1F3FF E0020-E007F",
    "p": "600-605 6DD 70F 890-891 8E2 D4E 110BD 110CD 111C2-111C3 1193F 11941 11A3A 11A84-11A89"
    " 11D46 11F02",
    "e": "A9 AE 203C 2049 2122 2139 2194-2199 21A9-21AA 231A-231B 2328 2388 23CF 23E9-23F3"
    " 23F8-23FA 24C2 25AA-25AB 25B6 25C0 25FB-25FE 2600-2605 2607-2612 2614-2685 2690-2705"
    " 2708-2712 2714 2716 271D 2721 2728 2733-2734 2744 2747 274C 274E 2753-2755 2757 2763-2767"
    " 2795-2797 27A1 27B0 27BF 2934-2935 2B05-2B07 2B1B-2B1C 2B50 2B55 3030 303D 3297 3299"
    " 1F000-1F0FF 1F10D-1F10F 1F12F 1F16C-1F171 1F17E-1F17F 1F18E 1F191-1F19A 1F1AD-1F1E5"
    " 1F201-1F20F 1F21A 1F22F 1F232-1F23A 1F23C-1F23F 1F249-1F3FA 1F400-1F53D 1F546-1F64F"
    " 1F680-1F6FF 1F774-1F77F 1F7D5-1F7FF 1F80C-1F80F 1F848-1F84F 1F85A-1F85F 1F888-1F88F"
    " 1F8AE-1F8FF 1F90C-1F93A 1F93C-1F945 1F947-1FAFF 1FC00-1FFFD",
    "z": "200D",
    "r": "1F1E6-1F1FF",
    "c": "2065 FFF0-FFF8 FFFD 13430-1343F E0000-E001F E0080-E00FF E01F0-E0FFF",
    "o": "102B-102C 1038 1062-1064 1067-106D 1083 1087-108C 108F 109A-109C 1A61 1A63-1A64 AA7B AA7D"
    " 11720-11721",
    "l": "1100-115F A960-A97C",
    "v": "1160-11A7 D7B0-D7C6",
    "t": "11A8-11FF D7CB-D7FB",
    "s": "AC00-D7A3",
}
_TABLE: Final = sorted(
    (int(first, 16), int(last or first, 16), kind)
    for kind, ranges in _RANGES.items()
    for first, _, last in (each.partition("-") for each in ranges.split())
)
_STARTS: Final = [first for first, _, _ in _TABLE]
_CATEGORIES: Final = {
    **dict.fromkeys(("Mn", "Me", "Mc"), "x"),
    **dict.fromkeys(("Cc", "Cf", "Zl", "Zp"), "c"),
}
#: A cluster as the classes of its characters; `a` is a syllable that may continue, `b` one with an
#: end, `n` and `m` are CR and LF.
_CLUSTER: Final = pattern(
    r"""nm | [nmc] |
    p*(?:
        (?: l+(?:a?v+t*|bt*|a?) | av*t* | v+t* | bt* | t+ | e | rr? )(?:x|ze?)*
        | [zxo][zx]*
    ) | p+""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    if character in "\r\n":
        return "n" if character == "\r" else "m"
    code = ord(character)
    at = bisect_right(_STARTS, code) - 1
    if at >= 0 and code <= _TABLE[at][1]:
        kind = _TABLE[at][2]
        if kind == "s":
            return "b" if (code - 0xAC00) % 28 else "a"
        return kind
    return _CATEGORIES.get(category(character), "o")


def _ends(text: str) -> Iterator[int]:
    """Yield the end of each cluster."""
    return (found.end() for found in _CLUSTER.finditer("".join(map(_kind, text))))


def _is_simple(text: str) -> bool:
    """Whether every character is its own cluster."""
    return text.isascii() and "\r\n" not in text


def graphemes(text: str) -> list[str]:
    """Return the clusters of a text, in order."""
    if _is_simple(text):
        return list(text)
    start = 0
    found: list[str] = []
    for end in _ends(text):
        found.append(text[start:end])
        start = end
    return found


def count_graphemes(text: str) -> int:
    return len(text) if _is_simple(text) else sum(1 for _ in _ends(text))
