variable "opt" {
  type    = object({ a = optional(list(string)), b = optional(list(string), ["b1"]), c = optional(number), d = optional(object({ e = optional(set(string), ["z", "y", "z"]) }), {}) })
  default = {}
}
variable "opt2" {
  type    = list(object({ name = string, scopes = optional(list(string), ["dflt"]), on = optional(bool, true) }))
  default = [{ name = "n1" }, { name = "n2", scopes = ["s2"] }, { name = "n3", on = false, scopes = null }]
}
variable "mp" {
  type    = map(list(string))
  default = { x = ["1"], y = ["2", "3"] }
}
variable "anyv" { default = { list = ["p", "q"], n = 5, t = true, s = "true", nul = null } }
variable "num" { default = "10" }
variable "tn" {
  type    = number
  default = "10"
}
variable "tb" {
  type    = bool
  default = "true"
}
variable "ts" {
  type    = string
  default = 10
}
variable "st" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "sn" {
  type    = set(number)
  default = [3, 1, 3]
}
variable "ln" {
  type    = list(string)
  default = [3, true, "x"]
}
variable "nn" {
  type     = list(string)
  nullable = false
  default  = ["nn"]
}
variable "nul" {
  type    = list(string)
  default = null
}
variable "tp" {
  type    = tuple([string, number])
  default = ["a", 2]
}
locals {
  txt2 = ["one", "two"]
  obj  = { a = { scopes = ["o1"] }, b = { scopes = ["o2", "o3"] } }
  lst  = [{ k = "a", v = ["l1"] }, { k = "b", v = ["l2"] }, { k = "a", v = ["l3"] }]
  txt  = "one,two, three ,"
  here = <<-EOT
    first
      second
    third
  EOT
  json = jsonencode({ s = ["j1", "j2"] })
  neg  = -3
  flt  = 1.0
  flt2 = 1.5
  big  = 12345678901234567890
  e    = 1e3
}
module "twin" {
  source = "./twin"
  scopes = ["ab", "cd"]
}
module "bare" {
  source = "./twin"
}
module "keyed" {
  source   = "./twin"
  for_each = { k = ["ka"], scopes = ["kb"] }
  scopes   = each.value
}
module "over" {
  source   = "./twin"
  for_each = module.keyed
  scopes   = each.value.scopes
}
module "nulls" {
  source = "./notnull"
  a      = null
  b      = null
  c      = null
}
locals {
  c0  = ["ab", "cd"]
  c1  = local.c0
  c2  = local.c1
  c3  = local.c2
  c4  = local.c3
  c5  = local.c4
  c6  = local.c5
  c7  = local.c6
  c8  = local.c7
  c9  = local.c8
  c10 = local.c9
  c11 = local.c10
  c12 = local.c11
  c13 = local.c12
  c14 = local.c13
  c15 = local.c14
  c16 = local.c15
  c17 = local.c16
  c18 = local.c17
  c19 = local.c18
  c20 = local.c19
  c21 = local.c20
  c22 = local.c21
  c23 = local.c22
  c24 = local.c23
  c25 = local.c24
  c26 = local.c25
  c27 = local.c26
  c28 = local.c27
  c29 = local.c28
  c30 = local.c29
  c31 = local.c30
  c32 = local.c31
  c33 = local.c32
  c34 = local.c33
  c35 = local.c34
  c36 = local.c35
  c37 = local.c36
  c38 = local.c37
  c39 = local.c38
  c40 = local.c39
}
variable "tup" {
  type    = tuple([set(string), number])
  default = [["q", "p", "q"], "07"]
}
variable "deepany" {
  type    = map(object({ e = any }))
  default = { a = { e = 1 }, b = { e = "x" } }
}
