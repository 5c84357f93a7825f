locals {
  permissions = {
    good = { entity = "session", actions = ["write"] }
    bad  = { entity = "recording", actions = ["view", "delete"] }
  }
}

resource "genesyscloud_auth_role" "this" {
  for_each = local.permissions
  name     = "Across modules, ${each.key}"
  permission_policies {
    domain      = "recording"
    entity_name = each.value.entity
    action_set  = each.value.actions
  }
}

output "ids" {
  value = { for key, role in genesyscloud_auth_role.this : key => role.id }
}

output "list" {
  value = [genesyscloud_auth_role.this["good"].id, genesyscloud_auth_role.this["bad"].id]
}
