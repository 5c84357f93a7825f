locals {
  entities = { bad_one = "session", good_one = "recording" }
  actions  = { bad_one = "write", good_one = "delete" }
}

# The client that is called good gets the role of the other one, which is the good role.
resource "genesyscloud_auth_role" "each" {
  for_each = local.entities
  name     = "Role of ${each.key}"
  permission_policies {
    domain      = "recording"
    entity_name = each.value
    action_set  = [local.actions[each.key]]
  }
}

resource "genesyscloud_oauth_client" "swapped" {
  for_each              = toset(["good_one", "bad_one"])
  name                  = "swapped ${each.key}"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.each[each.key == "good_one" ? "bad_one" : "good_one"].id
  }
}

module "recorders" {
  source   = "./role"
  for_each = local.entities
  name     = each.key
  entity   = each.value
  action   = local.actions[each.key]
}

resource "genesyscloud_oauth_client" "crossed" {
  for_each              = toset(["good_one", "bad_one"])
  name                  = "crossed ${each.key}"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.recorders[each.key == "good_one" ? "bad_one" : "good_one"].role_id
  }
}
