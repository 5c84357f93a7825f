variable "b" { default = true }
variable "f" { default = "false" }
variable "bt" {
  type    = bool
  default = "true"
}
variable "n" { default = 2 }
variable "ns" { default = "3" }
variable "s" { default = "ab-Cd" }
variable "e" { default = "" }
variable "nul" { default = null }
variable "l" { default = ["b", "a", "b"] }
variable "lt" {
  type    = list(string)
  default = ["x", 1, true]
}
variable "st" {
  type    = set(string)
  default = ["q", "p", "q"]
}
variable "m" { default = { k = "v", a = "w" } }
variable "mt" {
  type    = map(string)
  default = { z = 1, y = "2" }
}
variable "o" {
  type    = object({ s = string, l = optional(list(string), ["d"]), b = optional(bool, false), n = optional(number) })
  default = { s = "os" }
}
variable "lo" {
  type    = list(object({ s = string, on = optional(bool, true), l = optional(list(string), []) }))
  default = [{ s = "one" }, { s = "two", on = false, l = ["t1"] }, { s = "three", l = ["u1", "u2"] }]
}
module "m" {
  source = "./m"
  s      = ["ma", "mb"]
  w      = { k1 = "mv", k2 = "mw" }
}
module "f" {
  source   = "./m"
  for_each = { p = ["f1"], q = ["f2", "f3"] }
  s        = each.value
  w        = { (each.key) = each.key }
}
locals {
  known = { b = true, f = "false", n = 2, ns = "3", s = "ab-Cd", e = "", nul = null, l = ["b", "a", "b"], m = { k = "v", a = "w" }, bt = true
    lt = tolist(["x", "1", "true"]), st = toset(["q", "p"]), mt = tomap({ z = "1", y = "2" })
    o  = { s = "os", l = tolist(["d"]), b = false, n = tonumber(null) }
  lo = tolist([{ s = "one", on = true, l = tolist([]) }, { s = "two", on = false, l = tolist(["t1"]) }, { s = "three", on = true, l = tolist(["u1", "u2"]) }]) }
  known_m = { l = tolist(["ma", "mb", "out"]), s = ["s-ma", "s-mb"], m = merge(tomap({ k1 = "mv", k2 = "mw" }), { extra = "x" }), n = 2, t = "topt" }
  known_f = { p = { l = tolist(["f1", "out"]), s = ["s-f1"], m = merge(tomap({ p = "p" }), { extra = "x" }), n = 1, t = "topt" }, q = { l = tolist(["f2", "f3", "out"]), s = ["s-f2", "s-f3"], m = merge(tomap({ q = "q" }), { extra = "x" }), n = 2, t = "topt" } }
  t       = ["one", "two"]
  n       = 4
  mix     = ["a", 1, true]
  obj     = { a = { l = ["o1"], on = true }, b = { l = ["o2", "o3"], on = false } }
  nest    = [["n1"], [], ["n2", ["n3"]]]
  deep    = { s = "d", l = ["d1", "d2"], m = { x = { y = ["z"] } }, on = null }
  templates = {
    a = "$${a} and $${try(b, 1)}"
    b = "%%{ for x in l }$${x};%%{ endfor }"
    c = "%%{ if c }yes%%{ else }no%%{ endif }-$${length(m)}"
    d = "plain"
  }
}
variable "secret" {
  type      = string
  default   = "hush"
  sensitive = true
}
