variable "s" { type = list(string) }
variable "w" { type = map(string) }
variable "opt" {
  type    = string
  default = null
}
output "l" { value = concat(var.s, ["out"]) }
output "s" { value = [for x in var.s : "s-${x}"] }
output "m" { value = merge(var.w, { extra = "x" }) }
output "n" { value = length(var.s) }
output "t" { value = coalesce(var.opt, "topt") }
