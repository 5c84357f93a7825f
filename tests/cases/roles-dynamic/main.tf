variable "grants" {
  type    = list(string)
  default = ["good"]
}

variable "division" {
  type    = string
  default = "*"
}

resource "genesyscloud_auth_role" "good" {
  name = "Dynamic, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Dynamic, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

locals {
  ids = { good = genesyscloud_auth_role.good.id, bad = genesyscloud_auth_role.bad.id }
}

resource "genesyscloud_oauth_client" "good_list" {
  name                  = "good list"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [genesyscloud_auth_role.good.id]
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "bad_list" {
  name                  = "bad list"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [genesyscloud_auth_role.bad.id]
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "good_set" {
  name                  = "good set"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = toset(["good"])
    content {
      role_id     = local.ids[roles.value]
      division_id = "*"
    }
  }
}

resource "genesyscloud_oauth_client" "holds_set" {
  name                  = "holds set"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = toset(["good", "bad", "good"])
    content {
      role_id = local.ids[roles.key]
    }
  }
}

resource "genesyscloud_oauth_client" "good_map" {
  name                  = "good map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = { any = genesyscloud_auth_role.good.id }
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "bad_map" {
  name                  = "bad map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = { any = genesyscloud_auth_role.bad.id }
    content {
      role_id     = roles.value
      division_id = var.division
    }
  }
}

# The ids are the keys, so while planning nobody knows how many there are.
resource "genesyscloud_oauth_client" "late_good_map_key" {
  name                  = "late good map key"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = { (genesyscloud_auth_role.good.id) = "*" }
    content {
      role_id     = roles.key
      division_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "late_bad_map_key" {
  name                  = "late bad map key"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = { "${genesyscloud_auth_role.bad.id}" = "*" }
    content {
      role_id     = roles.key
      division_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "good_objects" {
  name                  = "good objects"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [{ role = genesyscloud_auth_role.good, division = "*" }]
    content {
      role_id     = roles.value.role.id
      division_id = roles.value.division
    }
  }
}

resource "genesyscloud_oauth_client" "holds_objects" {
  name                  = "holds objects"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [{ id = genesyscloud_auth_role.good.id }, { id = genesyscloud_auth_role.bad.id }]
    content {
      role_id = roles.value["id"]
    }
  }
}

resource "genesyscloud_oauth_client" "good_iterator" {
  name                  = "good iterator"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = var.grants
    iterator = grant
    content {
      role_id = local.ids[grant.value]
    }
  }
}

resource "genesyscloud_oauth_client" "bad_iterator" {
  name                  = "bad iterator"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = { roles = local.ids.good, each = local.ids.bad }
    iterator = each
    content {
      role_id = each.key == "roles" ? local.ids.bad : each.value
    }
  }
}

resource "genesyscloud_oauth_client" "good_mixed" {
  name                  = "good mixed"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
  dynamic "roles" {
    for_each = var.grants
    content {
      role_id     = local.ids[roles.value]
      division_id = "*"
    }
  }
}

resource "genesyscloud_oauth_client" "holds_mixed" {
  name                  = "holds mixed"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = ["bad"]
    content {
      role_id = local.ids[roles.value]
    }
  }
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
  dynamic "roles" {
    for_each = []
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "lacks_empty" {
  name                  = "lacks empty"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [for name in var.grants : local.ids[name] if name == "other"]
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "good_once" {
  name                  = "good once"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = length(var.grants) > 0 ? [1] : []
    content {
      role_id = genesyscloud_auth_role.good.id
    }
  }
}

resource "genesyscloud_oauth_client" "bad_once" {
  name                  = "bad once"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = var.division == "*" ? [1] : []
    content {
      role_id = genesyscloud_auth_role.bad.id
    }
  }
}

resource "genesyscloud_oauth_client" "each" {
  for_each = {
    good_each  = ["good"]
    bad_each   = ["bad"]
    holds_each = ["good", "bad"]
    lacks_each = []
  }
  name                  = each.key
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = each.value
    content {
      role_id = local.ids[roles.value]
    }
  }
}

resource "genesyscloud_oauth_client" "counted" {
  count                 = 2
  name                  = "${["good", "bad"][count.index]} counted"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [["good"], ["bad"]][count.index]
    content {
      role_id = local.ids[roles.value]
    }
  }
}

resource "genesyscloud_oauth_client" "bad_product" {
  name                  = "bad product"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = { for pair in setproduct(["bad"], ["*", "6f9c1d6e-0000-4000-8000-000000000001"]) : join("/", pair) => pair }
    content {
      role_id     = local.ids[roles.value[0]]
      division_id = roles.value[1]
    }
  }
}
