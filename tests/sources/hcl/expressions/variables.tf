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
