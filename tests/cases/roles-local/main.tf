variable "strict" {
  type    = bool
  default = true
}

resource "genesyscloud_auth_role" "good" {
  name = "Local, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Local, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

locals {
  good  = genesyscloud_auth_role.good.id
  bad   = genesyscloud_auth_role.bad.id
  again = local.bad
  role  = genesyscloud_auth_role.good
  ids   = { good = genesyscloud_auth_role.good.id, bad = genesyscloud_auth_role.bad.id }
  list  = [genesyscloud_auth_role.good.id, genesyscloud_auth_role.bad.id]
  roles = { good = genesyscloud_auth_role.good, bad = genesyscloud_auth_role.bad }
}

resource "genesyscloud_oauth_client" "good_local" {
  name                  = "good local"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.good
  }
}

resource "genesyscloud_oauth_client" "bad_local" {
  name                  = "bad local"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.bad
  }
}

resource "genesyscloud_oauth_client" "bad_again" {
  name                  = "bad again"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.again
  }
}

resource "genesyscloud_oauth_client" "good_object" {
  name                  = "good object"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.role.id
  }
}

resource "genesyscloud_oauth_client" "good_map" {
  name                  = "good map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.ids["good"]
  }
}

resource "genesyscloud_oauth_client" "bad_map" {
  name                  = "bad map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.ids.bad
  }
}

resource "genesyscloud_oauth_client" "good_lookup" {
  name                  = "good lookup"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = lookup(local.ids, "good", local.bad)
  }
}

resource "genesyscloud_oauth_client" "bad_lookup" {
  name                  = "bad lookup"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = lookup(local.ids, "other", local.bad)
  }
}

resource "genesyscloud_oauth_client" "good_index" {
  name                  = "good index"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.list[0]
  }
}

resource "genesyscloud_oauth_client" "bad_index" {
  name                  = "bad index"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = element(local.list, 1)
  }
}

resource "genesyscloud_oauth_client" "good_objects" {
  name                  = "good objects"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.roles["good"].id
  }
}

resource "genesyscloud_oauth_client" "bad_objects" {
  name                  = "bad objects"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.roles.bad.id
  }
}

resource "genesyscloud_oauth_client" "good_conditional" {
  name                  = "good conditional"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.strict ? genesyscloud_auth_role.good.id : genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "bad_conditional" {
  name                  = "bad conditional"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.strict ? local.bad : local.good
  }
}

resource "genesyscloud_oauth_client" "good_template" {
  name                  = "good template"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "${genesyscloud_auth_role.good.id}"
  }
}

resource "genesyscloud_oauth_client" "bad_template" {
  name                  = "bad template"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "${local.bad}"
  }
}

resource "genesyscloud_oauth_client" "good_merge" {
  name                  = "good merge"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = merge({ it = local.bad }, { it = local.good })["it"]
  }
}

resource "genesyscloud_oauth_client" "bad_merge" {
  name                  = "bad merge"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = merge({ it = local.good }, { it = local.bad }).it
  }
}

resource "genesyscloud_oauth_client" "good_try" {
  name                  = "good try"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = try(local.ids.other, local.ids.good)
  }
}

resource "genesyscloud_oauth_client" "bad_coalesce" {
  name                  = "bad coalesce"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = coalesce(null, local.bad)
  }
}

resource "genesyscloud_oauth_client" "each" {
  for_each              = { good_each = "good", bad_each = "bad" }
  name                  = each.key
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.ids[each.value]
  }
}

resource "genesyscloud_oauth_client" "by_id" {
  for_each              = { good_by_id = genesyscloud_auth_role.good.id, bad_by_id = genesyscloud_auth_role.bad.id }
  name                  = each.key
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = each.value
  }
}

resource "genesyscloud_oauth_client" "counted" {
  count                 = 2
  name                  = "${["good", "bad"][count.index]} counted"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.list[count.index]
  }
}
