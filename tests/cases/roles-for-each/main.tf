locals {
  policies = {
    good = { entity = "session", actions = ["write"] }
    bad  = { entity = "recording", actions = ["delete"] }
  }
  entities = ["session", "recording"]
  actions  = ["write", "delete"]
}

resource "genesyscloud_auth_role" "each" {
  for_each = local.policies
  name     = "For each, ${each.key}"
  permission_policies {
    domain      = "recording"
    entity_name = each.value.entity
    action_set  = each.value.actions
  }
}

resource "genesyscloud_auth_role" "counted" {
  count = 2
  name  = "Counted, ${count.index}"
  permission_policies {
    domain      = "recording"
    entity_name = local.entities[count.index]
    action_set  = [local.actions[count.index]]
  }
}

resource "genesyscloud_auth_role" "set" {
  for_each = toset(["session:write", "recording:delete"])
  name     = "Set, ${each.key}"
  permission_policies {
    domain      = "recording"
    entity_name = split(":", each.key)[0]
    action_set  = [split(":", each.value)[1]]
  }
}

resource "genesyscloud_oauth_client" "good_key" {
  name                  = "good key"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.each["good"].id
  }
}

resource "genesyscloud_oauth_client" "bad_key" {
  name                  = "bad key"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.each["bad"].id
  }
}

resource "genesyscloud_oauth_client" "each_key" {
  for_each              = { good = "good_each_key", bad = "bad_each_key" }
  name                  = each.value
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.each[each.key].id
  }
}

resource "genesyscloud_oauth_client" "chained" {
  for_each              = genesyscloud_auth_role.each
  name                  = "${each.key} chained"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = each.value.id
  }
}

resource "genesyscloud_oauth_client" "good_set" {
  name                  = "good set"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.set["session:write"].id
  }
}

resource "genesyscloud_oauth_client" "bad_set" {
  name                  = "bad set"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.set["recording:delete"].id
  }
}

resource "genesyscloud_oauth_client" "good_index" {
  name                  = "good index"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.counted[0].id
  }
}

resource "genesyscloud_oauth_client" "bad_index" {
  name                  = "bad index"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.counted[1].id
  }
}

resource "genesyscloud_oauth_client" "count_index" {
  count                 = 2
  name                  = "${["good", "bad"][count.index]} count index"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.counted[count.index].id
  }
}

resource "genesyscloud_oauth_client" "good_splat" {
  name                  = "good splat"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = (genesyscloud_auth_role.counted[*].id)[0]
  }
}

resource "genesyscloud_oauth_client" "bad_splat" {
  name                  = "bad splat"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = element(genesyscloud_auth_role.counted.*.id, 1)
  }
}

resource "genesyscloud_oauth_client" "holds_dynamic_splat" {
  name                  = "holds dynamic splat"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = genesyscloud_auth_role.counted[*].id
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "holds_dynamic_for" {
  name                  = "holds dynamic for"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = { for key, role in genesyscloud_auth_role.each : key => role.id }
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "good_dynamic_filter" {
  name                  = "good dynamic filter"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [for key, role in genesyscloud_auth_role.each : role.id if key == "good"]
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "bad_values" {
  name                  = "bad values"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = values(genesyscloud_auth_role.each)[0].id
  }
}

resource "genesyscloud_oauth_client" "good_values_splat" {
  name                  = "good values splat"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = (values(genesyscloud_auth_role.each)[*].id)[1]
  }
}
