module "roles" {
  source = "./roles"
}

locals {
  bad = module.roles.ids["bad"]
}

module "good_client" {
  source  = "./client"
  role_id = module.roles.ids["good"]
}

module "bad_client" {
  source  = "./client"
  role_id = local.bad
}

module "each" {
  source   = "./client"
  for_each = { good_each = module.roles.ids.good, bad_each = module.roles.ids.bad }
  role_id  = each.value
}

module "by_key" {
  source   = "./client"
  for_each = { good = "good by key", bad = "bad by key" }
  name     = each.value
  role_id  = module.roles.ids[each.key]
}

module "counted" {
  source  = "./client"
  count   = 2
  name    = "${["good", "bad"][count.index]} counted"
  role_id = module.roles.list[count.index]
}

module "holds_all" {
  source = "./client"
  more   = values(module.roles.ids)
}
