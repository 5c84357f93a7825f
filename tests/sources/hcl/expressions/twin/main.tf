variable "scopes" {
  type    = list(string)
  default = ["t"]
}
output "scopes" {
  value = concat(var.scopes, ["more"])
}
output "version" {
  value = "v1"
}
output "own" {
  value = var.scopes
}
output "by" {
  value = { for each in var.scopes : each => strrev(each) }
}
