"""Expressions of Terraform's language, drawn by chance from a grammar.

Each kind has its leaves, which name what `drawn_from/` declares, and its rules: ``<kind>`` in one
stands for an expression of that kind. `S`, `L`, `M` are a text, a list or set, and a map of them;
`id`, `ids` and `table` are the same of ids of roles.
"""

from __future__ import annotations

import random
import re
from typing import Final

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
}
_PLACE: Final = re.compile(r"<([a-z]+)>")
#: Longer ones say no more, and are hard to read where one is wrong.
_LONGEST: Final = 700


def expression(rng: random.Random, kind: str) -> str:
    """An expression of a kind."""
    while True:
        drawn = _drawn(rng, kind, rng.randint(1, 4))
        if len(drawn) <= _LONGEST:
            return drawn


def _drawn(rng: random.Random, kind: str, depth: int) -> str:
    lines = (_RULES if depth > 0 else _LEAVES)[kind].strip().splitlines()
    return _PLACE.sub(lambda place: _drawn(rng, place[1], depth - 1), rng.choice(lines).strip())
