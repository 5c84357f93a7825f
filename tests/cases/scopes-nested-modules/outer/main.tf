variable "scopes" {
  type = list(string)
}

locals {
  base = ["recording:session:write"]
}

module "inner" {
  source = "../inner"
  scopes = concat(local.base, var.scopes)
}

module "each" {
  source   = "../inner"
  for_each = toset(["one", "two"])
  scopes   = concat(local.base, var.scopes)
  suffix   = each.value
}
