variable "x" {}
variable "y" { type = map(string) }
variable "l" { type = list(string) }
variable "none" {
  type    = string
  default = null
}
output "x" { value = var.x }
output "y" { value = var.y["k"] }
output "m" { value = var.y }
output "l" { value = reverse(var.l) }
output "c" { value = coalesce(var.none, var.y["z"]) }
output "t" { value = var.none == null ? var.l[0] : var.none }
