variable "u_s" { type = string }
variable "u_sn" {
  type     = string
  nullable = false
}
variable "u_n" { type = number }
variable "u_b" { type = bool }
variable "u_l" { type = list(string) }
variable "u_ln" {
  type     = list(string)
  nullable = false
}
variable "u_st" { type = set(string) }
variable "u_m" { type = map(string) }
variable "u_o" { type = object({ s = string, l = optional(list(string), ["d"]), b = optional(bool, false) }) }
variable "u_any" {}
