resource "genesyscloud_auth_role" "good" {
  name = "Module input, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Module input, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

module "good_id" {
  source  = "./client"
  role_id = genesyscloud_auth_role.good.id
}

module "bad_id" {
  source  = "./client"
  role_id = genesyscloud_auth_role.bad.id
}

module "good_list" {
  source   = "./client"
  role_ids = [genesyscloud_auth_role.good.id]
}

module "holds_list" {
  source   = "./client"
  role_ids = [genesyscloud_auth_role.good.id, genesyscloud_auth_role.bad.id]
}

module "good_grants" {
  source = "./client"
  grants = { start = { role_id = genesyscloud_auth_role.good.id, division_id = "*" } }
}

module "bad_grants" {
  source = "./client"
  grants = { stop = { role_id = genesyscloud_auth_role.bad.id } }
}

module "good_role" {
  source = "./client"
  role   = genesyscloud_auth_role.good
}

module "bad_role" {
  source = "./client"
  role   = genesyscloud_auth_role.bad
}

module "lacks_nothing" {
  source = "./client"
}

module "good_nested" {
  source = "./outer"
  role   = genesyscloud_auth_role.good.id
}

module "bad_nested" {
  source = "./outer"
  role   = genesyscloud_auth_role.bad.id
}

module "each" {
  source   = "./outer"
  for_each = { good_each = genesyscloud_auth_role.good.id, bad_each = genesyscloud_auth_role.bad.id }
  role     = each.value
}
