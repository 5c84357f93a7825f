"""Random expressions of Terraform's language, drawn from a grammar.

Each kind has leaves, which refer to declarations in `drawn_from/`, and rules, in which ``<kind>``
stands for an expression of that kind. `id`, `ids` and `table` are role ids, `call` is a function
call with literal arguments, `any` is any kind.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from tests.proof.arguments import (
    collections,
    dates,
    encodings,
    files,
    formatting,
    hashes,
    literals,
    networks,
    numeric,
    patterns,
    strings,
    yaml_documents,
)

_LEAVES: Final = {
    "bool": """
        true
        false
        var.b
        var.bt
        var.o.b
        var.f == "false"
        local.obj.a.on
        local.obj["b"].on
        var.lo[1].on
    """,
    "maybe": """
        var.nul
        var.o.n
        var.e
        var.s
        null
        one([])
        try(var.o.n, 3)
    """,
    "number": """
        0
        1
        2
        -1
        1.0
        var.n
        local.n
        module.m.n
        tonumber(var.ns)
    """,
    "text": """
        "x"
        "a"
        "b"
        "é"
        var.s
        var.e
        var.ns
        var.m.k
        var.m["a"]
        var.mt.z
        var.o.s
        var.lt[1]
        var.lo[0].s
        local.t[0]
        local.mix[0]
        module.m.m.k1
        module.m.t
        module.f["p"].m["p"]
        "p-${var.s}"
        "${var.n}"
    """,
    "list": """
        []
        ["a"]
        ["a", "b"]
        tolist(["t1"])
        var.l
        var.lt
        var.o.l
        var.lo[2].l
        local.t
        local.mix
        local.obj.a.l
        local.obj["b"].l
        module.m.l
        module.m.s
        module.f["q"].l
    """,
    "set": """
        var.st
        toset(["s1", "s2", "s1"])
        toset(var.l)
        toset([])
    """,
    "map": """
        var.m
        var.mt
        {}
        { a = "1", b = "2" }
        module.m.m
        module.f["p"].m
    """,
    "id": """
        genesyscloud_auth_role.a.id
        genesyscloud_auth_role.b.id
        genesyscloud_auth_role.c.id
        genesyscloud_auth_role.e["p"].id
        genesyscloud_auth_role.n[1].id
        local.ids.a
        local.ids["b"]
        local.idl[0]
        local.ido["A"].id
        local.ido.C.id
        module.r.x
        module.r.y
        module.r.m["k"]
        module.r.l[0]
        module.r.c
        module.r.t
    """,
    "ids": """
        local.idl
        module.r.l
        [local.ids.a, local.ids.b]
        values(local.ids)
        [for k, v in local.ido : v.id]
        [for r in local.ido : r.id if r.on]
        (genesyscloud_auth_role.n[*].id)
    """,
    "table": """
        local.ids
        module.r.m
        { a = local.idl[0], b = local.ids.a }
        { for k, v in local.ido : lower(k) => v.id }
    """,
    "any": """
        null
        var.o
        var.lo
        var.l
        local.obj
        local.mix
        local.nest
        local.deep
        module.f
        module.m
        []
        {}
        "10"
        1.5
        true
        sensitive("s")
        var.secret
    """,
    "items": """
        var.lo
        local.nest
        [local.deep, local.deep]
        values(local.obj)
        [{ s = "x", l = [] }, { s = "y", l = ["z"] }]
    """,
}
#: References to what is known after apply, or depends on unset variables.
_OPEN_LEAVES: Final = {
    "bool": """
        var.u_b
        var.u_o.b
        var.u_s == null
    """,
    "maybe": """
        var.u_s
        var.u_n
        var.u_any
    """,
    "number": """
        var.u_n
        length(var.u_l)
    """,
    "text": """
        var.u_s
        var.u_sn
        var.u_o.s
        var.u_m["a"]
        "p-${var.u_sn}"
        var.u_any
        <id>
    """,
    "list": """
        var.u_l
        var.u_ln
        var.u_o.l
        ["a", var.u_sn]
        concat(["a"], var.u_l)
        <ids>
    """,
    "set": """
        var.u_st
        toset(var.u_l)
        toset(<ids>)
    """,
    "map": """
        var.u_m
        { a = "1", b = var.u_sn }
        merge(var.u_m, { a = "x" })
        <table>
    """,
    "id": "",
    "ids": "",
    "table": "",
    "items": """
        [{ s = var.u_s, l = var.u_l, on = var.u_b }]
        [var.u_o]
    """,
    "any": """
        var.u_any
        var.u_o
        var.u_l
        var.u_m
        <id>
        <ids>
        <table>
    """,
}
_RULES: Final = {
    "bool": """
        !(<bool>)
        (<bool> && <bool>)
        (<bool>) || (<bool>)
        <text> == <text>
        <text> != <text>
        <number> < <number>
        <number> >= <number>
        <number> == <number>
        <maybe> == null
        <maybe> != null
        contains(<list>, <text>)
        startswith(<text>, <text>)
        can(<text>)
        try(<bool>, false)
        (<bool> ? <bool> : <bool>)
        (<bool>) ? <bool> : (<bool>) ? <bool> : <bool>
        alltrue([for v in var.lo : v.on])
        anytrue([for v in <list> : v == <text>])
    """,
    "maybe": """
        var.nul
        var.o.n
        null
    """,
    "number": """
        length(<list>)
        length(<set>)
        length(<map>)
        length(<text>)
        (<number> + <number>)
        (<number> - <number>)
        (<number> * 2)
        -(<number>)
        abs(<number>)
        max(<number>, <number>)
        (<bool> ? <number> : <number>)
    """,
    "text": """
        "a${<text>}-${<text>}"
        "${<number>}"
        "%{ if <bool> }y%{ else }n%{ endif }"
        (<bool> ? <text> : <text>)
        ((<bool>) ? <text> : (<bool>) ? <text> : <text>)
        upper(<text>)
        lower(<text>)
        title(<text>)
        strrev(<text>)
        md5(<text>)
        substr(<text>, 0, 1)
        trimprefix(<text>, <text>)
        replace(<text>, <text>, <text>)
        format("%s-%s", <text>, <text>)
        join(<text>, <list>)
        join("-", <set>)
        split("-", <text>)[0]
        coalesce(var.nul, var.e, <text>)
        try(<text>, <text>)
        try(var.m.nope, <text>)
        try(var.m[<text>], <text>)
        lookup(<map>, <text>, <text>)
        element(concat(<list>, ["z"]), abs(<number>))
        concat(<list>, ["z"])[0]
        sort([<text>, <text>])[0]
        one([<text>])
        values(merge(<map>, { a = "v" }))[0]
        keys(merge(<map>, { a = "v" }))[0]
        jsondecode(jsonencode({ a = <text> })).a
        coalescelist(<list>, ["cl"])[0]
        tostring(<number>)
    """,
    "list": """
        [<text>, <text>]
        [<text>, <number>, <bool>]
        concat(<list>, <list>)
        flatten([<list>, [<list>]])
        distinct(<list>)
        compact(<list>)
        reverse(<list>)
        sort(<set>)
        tolist(<set>)
        slice(concat(<list>, ["z"]), 0, 1)
        keys(<map>)
        values(<map>)
        (<bool> ? <list> : <list>)
        ((<bool>) ? <list> : (<bool>) ? <list> : <list>)
        try(<list>, [])
        try(var.m.x, <list>)
        try(var.lo[9].l, <list>)
        try(module.f["z"].l, <list>)
        coalesce(var.nul, <list>)
        coalescelist(<list>, <list>)
        split("-", <text>)
        regexall("[a-z]", <text>)
        formatlist("%s!", <list>)
        chunklist(concat(<list>, ["z"]), 2)[0]
        matchkeys(<list>, <list>, <list>)
        jsondecode(jsonencode(<list>))
        setsubtract(<list>, <list>)
        [for x in <list> : upper(x)]
        [for x in <set> : "${x}-"]
        [for x in <list> : x if x != <text>]
        [for i, x in <list> : "${i}-${x}"]
        [for k, v in <map> : "${k}=${v}"]
        [for o in var.lo : o.s if <bool>]
        flatten([for o in var.lo : o.l if o.on])
        flatten(var.lo[*].l)
        flatten([for k, o in local.obj : o.on ? o.l : [k]])
        flatten([for k, f in module.f : f.l])
        flatten(values(module.f)[*].s)
        { a = <list>, b = <list> }[(<bool>) ? "a" : "b"]
        [<list>, <list>][(<bool>) ? 0 : 1]
    """,
    "set": """
        toset(<list>)
        setunion(<set>, <list>)
        setsubtract(<set>, <set>)
        setintersection(<set>, <list>)
        (<bool> ? <set> : <list>)
        try(<set>, <list>)
        toset(keys(<map>))
        toset([for x in <list> : upper(x)])
    """,
    "map": """
        merge(<map>, <map>)
        tomap(<map>)
        zipmap(["a", "b"], [<text>, <text>])
        { (var.s) = <text>, b = <text> }
        (<bool> ? <map> : <map>)
        try(<map>, {})
        { for k, v in <map> : k => upper(v) }
        { for k, v in <map> : k => v if v != <text> }
        { for x in <set> : x => <text> }
        { for i, x in <list> : "${i}" => x }
        { for k, v in local.obj : k => v.l[0] if !v.on }
    """,
    "id": """
        (<bool> ? <id> : <id>)
        ((<bool>) ? <id> : (<bool>) ? <id> : <id>)
        ((<bool>) ? "" : <id>)
        (<id> == "" ? <id> : <id>)
        coalesce(var.nul, var.e, <id>)
        coalesce(<id>, <id>)
        try(<id>, <id>)
        try(local.ids.nope, <id>)
        try(local.idl[7], <id>)
        try(flatten([[tolist(<ids>)[1]], <ids>])[1], <id>)
        <ids>[0]
        <ids>[var.n - 1]
        element(<ids>, abs(<number>))
        lookup(<table>, <text>, <id>)
        { a = <id>, b = <id> }.b
        { a = <id>, b = <id> }[(<bool>) ? "a" : "b"]
        merge(<table>, <table>)["a"]
        zipmap(["a", "b"], [<id>, <id>])["a"]
        values(<table>)[0]
        "${<id>}"
        join("", [<id>])
        one([<id>])
        trimspace(<id>)
        [for k, v in <table> : v if k != <text>][0]
        flatten([<ids>, <id>])[1]
        reverse(<ids>)[0]
        sort(<ids>)[0]
        slice(<ids>, 0, 1)[0]
        concat(<ids>, <ids>)[1]
        distinct(<ids>)[0]
        jsondecode(jsonencode([<id>]))[0]
        tolist(toset([<id>]))[0]
        matchkeys(<ids>, ["x", "y"], ["y"])[0]
    """,
    "ids": """
        [<id>, <id>]
        concat(<ids>, [<id>])
        (<bool> ? <ids> : <ids>)
        [for x in <ids> : x]
        [for i, x in <ids> : x if i != 1]
        values(<table>)
        reverse(<ids>)
        compact(concat([""], <ids>))
        try(<ids>, [])
    """,
    "table": """
        { a = <id>, b = <id> }
        merge(<table>, { b = <id> })
        tomap(<table>)
        (<bool> ? <table> : <table>)
        { for k, v in <table> : k => v }
        { for k, v in <table> : (k == "a" ? "b" : "a") => v if k == "a" || k == "b" }
        { for i, x in <ids> : "${i}" => x }
    """,
    "items": """
        <items>
        reverse(<items>)
        concat(<items>, [])
        [for x in <items> : x]
        (<bool> ? <items> : <items>)
        try(<items>, [])
    """,
    "any": """
        <bool>
        <maybe>
        <number>
        <text>
        <list>
        <set>
        <map>
        <items>
        <call>
        <call>
        <call>
        { a = <any>, b = <any> }
        { a = <text>, b = <any> }.a
        { (<text>) = <any>, (<text>) = <any> }
        [<any>, <any>]
        [<any>, <any>][<number>]
        [<list>, <any>]
        (<bool> ? <any> : <any>)
        (<any> == null ? <any> : <any>)
        try(<any>, <any>)
        try(<any>.a, <any>)
        can(<any>)
        <any> == <any>
        <any> != null
        [for x in <list> : x]
        [for x in <items> : x.s]
        [for x in <items> : try(x.on, false)]
        [for x in <any> : x]
        { for k, v in <map> : v => k... }
        { for x in <list> : x => upper(x)... }
        { for k, v in <any> : k => v }
        { for x in <list> : x => <any> if x != "a" }
        { for k, v in <map> : "${k}-x" => [v, <any>] }
        <list>[*]
        <maybe>[*]
        <any>[*]
        <items>[*].s
        <items>.*.l
        <items>[*].l[0]
        <items>[*]["s"]
        flatten(<items>[*].l)
        values(local.obj)[*].l[*]
        one(<list>)
        one(<set>)
        lookup(<map>, <text>, <any>)
        lookup({ a = <any> }, <text>, <any>)
        element(<list>, <number>)
        <list>[<number>]
        <map>[<text>]
        var.o[<text>]
        merge(var.o, { s = <any> })
        merge(<map>, <map>, { a = <any> })
        merge(<map>...)
        concat([<list>, <list>]...)
        tolist([<any>, <any>])
        tomap({ a = <any>, b = <any> })
        toset([<any>, <any>])
        tolist(<any>)
        tomap(<any>)
        toset(<any>)
        tostring(<any>)
        tonumber(<text>)
        tobool(<text>)
        jsondecode(jsonencode(<any>))
        jsondecode(<text>)
        yamldecode(yamlencode(<any>))
        yamlencode(<any>)
        format("%v-%s", <any>, <text>)
        formatlist("%s-%v", <list>, <any>)
        nonsensitive(sensitive(<any>))
        issensitive(<any>)
        sensitive(<any>)
        ephemeralasnull(<any>)
        coalesce(<any>, <any>)
        coalescelist(<list>, [<any>])
        contains([<any>, <any>], <any>)
        index(<list>, <text>)
        flatten([<any>, [<list>, <any>]])
        distinct([<any>, <any>, <any>])
        setproduct(<list>, <set>)
        setunion(<set>, [<any>])
        setintersection(<set>, <set>)
        zipmap(<list>, <list>)
        zipmap(["a", "b"], [<any>, <any>])
        zipmap(keys(<map>), values(<map>))
        transpose({ a = <list>, b = <list> })
        chunklist(<list>, 2)
        matchkeys(<list>, <list>, ["a"])
        range(<number>)
        sum([<number>, <number>])
        slice(<list>, 0, <number>)
        length(<any>)
        keys(<any>)
        values(<any>)
        reverse([<any>, <any>])
        sort(<list>)
        <any>.a
        <any>["a"]
        <any>[0]
        "${<any>}"
        "${<text>}${<number>}"
        "%{ for x in <list> }${x}, %{ endfor }"
        "%{ for k, x in <map> ~} ${k}=${x} %{ endfor ~} !"
        "%{ if <bool> ~} ${<text>} %{ else ~} n %{ endif ~}"
        <number> + <number> * <number>
        <number> / <number>
        <number> % 3
        !<bool> && <bool> || <bool>
        -<number>
        <number> <= <number>
        <text> == <number>
        <list> == <list>
        <map> == <map>
        <set> == toset(<list>)
    """,
}
#: Every function whose result is the same in every run, and what draws its arguments.
CALLS: Final[dict[str, Callable[[random.Random], str]]] = {
    name: draw
    for module in (
        collections, dates, encodings, files, formatting, hashes, networks, numeric, patterns,
        strings, yaml_documents,
    )
    for name, draw in module.DRAWN.items()
    # These exist only in OpenTofu.
    if name not in ("base64gunzip", "cidrcontains", "urldecode")
}  # fmt: skip
_PLACE: Final = re.compile(r"<([a-z]+)>")
#: Longer expressions test nothing more, and are hard to read in a failure.
_LONGEST: Final = 700
#: The probability that an expression of another kind is drawn.
_STRAY: Final = 0.015


class Grammar:
    """Draws expressions; `is_open` ones also refer to what is unknown before apply."""

    def __init__(self, rng: random.Random, *, is_open: bool = False) -> None:
        self._rng = rng
        self._is_open = is_open
        self._kinds = [kind for kind in _RULES if is_open or kind not in ("id", "ids", "table")]

    def __call__(self, kind: str) -> str:
        """Return an expression of a kind."""
        while True:
            drawn = self._drawn(kind, self._rng.randint(0, 4))
            if len(drawn) <= _LONGEST:
                return drawn

    def call(self, name: str) -> str:
        """Return a call of a function with arguments that fit it."""
        return f"{name}({CALLS[name](self._rng)})"

    def _drawn(self, kind: str, depth: int) -> str:
        rng = self._rng
        if kind == "call":
            return self.call(rng.choice(list(CALLS)))
        if rng.random() < _STRAY:
            kind = rng.choice(self._kinds)
        if kind == "any" and depth <= 0 and rng.random() < 0.3:
            return literals.value(rng)
        text = (_RULES if depth > 0 else _LEAVES)[kind]
        if depth <= 0 and self._is_open and _OPEN_LEAVES[kind] and rng.random() < 0.5:
            text = _OPEN_LEAVES[kind]
        line = rng.choice(text.strip().splitlines()).strip()
        return filled(line, lambda inner: self._drawn(inner, depth - 1))


def filled(form: str, draw: Callable[[str], str]) -> str:
    """Return the form with an expression in place of each kind in it."""
    return _PLACE.sub(lambda place: draw(place[1]), form)
