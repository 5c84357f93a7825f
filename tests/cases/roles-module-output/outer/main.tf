module "good" {
  source = "../role"
  name   = "Nested output, good"
  entity = "session"
  action = "write"
}

module "bad" {
  source = "../role"
  name   = "Nested output, bad"
  entity = "recording"
  action = "delete"
}

locals {
  bad = module.bad.id
}

output "good" {
  value = module.good.role_id
}

output "bad" {
  value = local.bad
}

output "all" {
  value = {
    good = module.good.id
    bad  = module.bad.role.id
  }
}
