variable "a" {
  type     = list(string)
  default  = ["da"]
  nullable = false
}
variable "b" {
  type     = list(string)
  default  = ["db"]
  nullable = "false"
}
variable "c" {
  default  = ["dc"]
  nullable = (false)
}
output "all" {
  value = concat(var.a, var.b, var.c)
}
output "firsts" {
  value = [try(strrev(var.a[0]), "fell back"), can(regex("^d", var.b[0])) ? "yes" : "no"]
}
