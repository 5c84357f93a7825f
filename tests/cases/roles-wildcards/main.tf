locals {
  roles = {
    holds_actions  = { domain = "recording", entity = "session", actions = ["*"] }
    bad_actions    = { domain = "recording", entity = "recording", actions = ["*"] }
    holds_entity   = { domain = "recording", entity = "*", actions = ["*"] }
    good_entity    = { domain = "recording", entity = "*", actions = ["write"] }
    bad_entity     = { domain = "recording", entity = "*", actions = ["delete"] }
    lacks_domain   = { domain = "routing", entity = "*", actions = ["*"] }
    lacks_action   = { domain = "recording", entity = "*", actions = ["view", "writ", "Write"] }
    holds_domain   = { domain = "*", entity = "*", actions = ["*"] }
    bad_domain     = { domain = "*", entity = "recording", actions = ["delete"] }
    lacks_partial  = { domain = "recording", entity = "sess*", actions = ["writ*"] }
    lacks_readonly = { domain = "recording", entity = "session", actions = ["write:readonly"] }
  }
}

resource "genesyscloud_auth_role" "this" {
  for_each = local.roles
  name     = "Wildcards, ${each.key}"
  permission_policies {
    domain      = each.value.domain
    entity_name = each.value.entity
    action_set  = each.value.actions
  }
}

resource "genesyscloud_oauth_client" "this" {
  for_each              = local.roles
  name                  = each.key
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.this[each.key].id
  }
}
