resource "genesyscloud_auth_role" "good" {
  name = "Known ids, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Known ids, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

# What it will hold, not what it held.
resource "genesyscloud_auth_role" "changes" {
  name = "Known ids, changes"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_auth_role" "new_bad" {
  name = "Known ids, new bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

locals {
  ids     = { good = genesyscloud_auth_role.good.id, bad = genesyscloud_auth_role.bad.id }
  new     = [genesyscloud_auth_role.new_bad.id]
  changes = genesyscloud_auth_role.changes.id
}

resource "genesyscloud_oauth_client" "dynamic" {
  for_each              = { good_dynamic = ["good"], bad_dynamic = ["bad"], holds_dynamic = ["good", "bad"], lacks_dynamic = [] }
  name                  = each.key
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = each.value
    content {
      role_id = local.ids[roles.value]
    }
  }
}

resource "genesyscloud_oauth_client" "good_local" {
  name                  = "good local"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.ids.good
  }
}

resource "genesyscloud_oauth_client" "bad_changes" {
  name                  = "bad changes"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.changes
  }
}

resource "genesyscloud_oauth_client" "bad_conditional" {
  name                  = "bad conditional"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = length(local.ids) == 2 ? genesyscloud_auth_role.bad.id : genesyscloud_auth_role.good.id
  }
}

# The entry whose id is not known is the dynamic one; the static one is the one that is known.
resource "genesyscloud_oauth_client" "holds_new_beside" {
  name                  = "holds new beside"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
  dynamic "roles" {
    for_each = local.new
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "holds_new_static" {
  name                  = "holds new static"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.new_bad.id
  }
  dynamic "roles" {
    for_each = ["good"]
    content {
      role_id = local.ids[roles.value]
    }
  }
}

# As many static blocks as entries, and one of the entries is not theirs.
resource "genesyscloud_oauth_client" "holds_same_twice" {
  name                  = "holds same twice"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
  roles {
    role_id = local.ids.good
  }
  dynamic "roles" {
    for_each = local.new
    content {
      role_id = roles.value
    }
  }
}
