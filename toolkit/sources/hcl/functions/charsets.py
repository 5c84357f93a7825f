"""Encoding names that Terraform accepts, and Python's codecs for them.

Terraform uses the names of the IANA registry. Each codec was compared with Terraform's encoding
byte by byte and character by character. Source: golang.org/x/text 0.22, encoding/ianaindex.
"""

from __future__ import annotations

from typing import Final

#: Encodings that are the same in Python.
_SAME: Final = {
    "ascii": "us-ascii iso-ir-6 ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us us ibm367"
    " cp367 csascii",
    "latin_1": "iso-8859-1 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ibm819 cp819"
    " csisolatin1",
    "iso8859_9": "iso-8859-9 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5",
    "utf_8": "utf-8 csutf8",
    "utf_16": "utf-16 csutf16",
    "utf_16_be": "utf-16be csutf16be",
    "utf_16_le": "utf-16le csutf16le",
    "cp949": "euc-kr cseuckr",
    "mac_roman": "macintosh mac csmacintosh",
    "koi8_r": "koi8-r cskoi8r",
    "cp037": "ibm037 cp037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csibm037",
    "cp437": "ibm437 cp437 437 cspc8codepage437",
    "cp850": "ibm850 cp850 850 cspc850multilingual",
    "cp852": "ibm852 cp852 852 cspcp852",
    "cp855": "ibm855 cp855 855 csibm855",
    "cp858": "ibm00858 ccsid00858 cp00858 pc-multilingual-850+euro csibm00858",
    "cp860": "ibm860 cp860 860 csibm860",
    "cp862": "ibm862 cp862 862 cspc862latinhebrew",
    "cp863": "ibm863 cp863 863 csibm863",
    "cp865": "ibm865 cp865 865 csibm865",
    "cp866": "ibm866 cp866 866 csibm866",
    "cp1140": "ibm01140 ccsid01140 cp01140 ebcdic-us-37+euro csibm01140",
    "cp874": "windows-874 cswindows874",
    **{
        f"cp{page}": f"windows-{page} cswindows{page}"
        for page in (1250, 1251, 1252, 1253, 1254, 1256, 1257, 1258)
    },
}
#: Encodings that are the same in Python, except that these lack the control characters from U+0080
#: to U+009F.
_WITHOUT_CONTROLS: Final = {
    "iso8859_2": "iso-8859-2 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 l2 csisolatin2",
    "iso8859_3": "iso-8859-3 iso_8859-3 iso_8859-3:1988 iso-ir-109 latin3 l3 csisolatin3",
    "iso8859_4": "iso-8859-4 iso_8859-4 iso_8859-4:1988 iso-ir-110 latin4 l4 csisolatin4",
    "iso8859_5": "iso-8859-5 iso_8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic",
    "iso8859_6": "iso-8859-6 iso_8859-6 iso_8859-6:1987 iso-ir-127 ecma-114 asmo-708 arabic"
    " csisolatinarabic iso-8859-6-e iso_8859-6-e csiso88596e iso-8859-6-i iso_8859-6-i"
    " csiso88596i",
    "iso8859_7": "iso-8859-7 iso_8859-7 iso_8859-7:1987 iso-ir-126 elot_928 ecma-118 greek greek8"
    " csisolatingreek",
    "iso8859_8": "iso-8859-8 iso_8859-8 iso_8859-8:1988 iso-ir-138 hebrew csisolatinhebrew"
    " iso-8859-8-e iso_8859-8-e csiso88598e iso-8859-8-i iso_8859-8-i csiso88598i",
    "iso8859_10": "iso-8859-10 iso_8859-10:1992 iso-ir-157 latin6 l6 csisolatin6",
    "iso8859_13": "iso-8859-13 csiso885913",
    "iso8859_14": "iso-8859-14 iso_8859-14 iso_8859-14:1998 iso-ir-199 latin8 l8 iso-celtic"
    " csiso885914",
    "iso8859_15": "iso-8859-15 iso_8859-15 latin-9 csiso885915",
    "iso8859_16": "iso-8859-16 iso_8859-16 iso_8859-16:2001 iso-ir-226 latin10 l10 csiso885916",
}
#: Encodings with fewer characters in Python: the result is unknown if its codec refuses the text.
_IN_PART: Final = {
    "cp1255": "windows-1255 cswindows1255",
    "gbk": "gbk cp936 ms936 windows-936 csgbk",
}
#: Encodings that differ in Python.
_OTHERS: Final = (
    "big5 csbig5 euc-jp extended_unix_code_packed_format_for_japanese cseucpkdfmtjapanese gb18030"
    " csgb18030 hz-gb-2312 ibm1047 ibm-1047 csibm1047 iso-2022-jp csiso2022jp koi8-u cskoi8u"
    " shift_jis ms_kanji csshiftjis"
)
_ALL: Final = {**_SAME, **_WITHOUT_CONTROLS, **_IN_PART, "": _OTHERS}

#: The codec of each name; empty if Python has none.
CODECS: Final = {name: codec for codec, names in _ALL.items() for name in names.split()}
WITHOUT_CONTROLS: Final = frozenset(_WITHOUT_CONTROLS)
IN_PART: Final = frozenset(_IN_PART)
