module "good" {
  source = "./role"
  name   = "Module output, good"
  entity = "session"
  action = "write"
}

module "bad" {
  source = "./role"
  name   = "Module output, bad"
  entity = "recording"
  action = "delete"
}

module "each" {
  source   = "./role"
  for_each = { good = ["session", "write"], bad = ["recording", "delete"] }
  name     = "Module output, each ${each.key}"
  entity   = each.value[0]
  action   = each.value[1]
}

module "counted" {
  source = "./role"
  count  = 2
  name   = "Module output, counted ${count.index}"
  entity = ["session", "recording"][count.index]
  action = ["write", "delete"][count.index]
}

module "outer" {
  source = "./outer"
}

resource "genesyscloud_oauth_client" "good_output" {
  name                  = "good output"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.good.role_id
  }
}

resource "genesyscloud_oauth_client" "bad_output" {
  name                  = "bad output"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.bad.role_id
  }
}

resource "genesyscloud_oauth_client" "good_named_id" {
  name                  = "good named id"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.good.id
  }
}

resource "genesyscloud_oauth_client" "bad_named_id" {
  name                  = "bad named id"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.bad.id
  }
}

resource "genesyscloud_oauth_client" "good_object" {
  name                  = "good object"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.good.role.id
  }
}

resource "genesyscloud_oauth_client" "bad_object" {
  name                  = "bad object"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.bad.role.id
  }
}

resource "genesyscloud_oauth_client" "good_map" {
  name                  = "good map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.good.ids["this"]
  }
}

resource "genesyscloud_oauth_client" "bad_map" {
  name                  = "bad map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.bad.ids.this
  }
}

resource "genesyscloud_oauth_client" "good_each" {
  name                  = "good each"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.each["good"].role_id
  }
}

resource "genesyscloud_oauth_client" "bad_each" {
  name                  = "bad each"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.each["bad"].id
  }
}

resource "genesyscloud_oauth_client" "by_key" {
  for_each              = { good = "good_by_key", bad = "bad_by_key" }
  name                  = each.value
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.each[each.key].role_id
  }
}

resource "genesyscloud_oauth_client" "good_index" {
  name                  = "good index"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.counted[0].role_id
  }
}

resource "genesyscloud_oauth_client" "bad_index" {
  name                  = "bad index"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.counted[1].role_id
  }
}

resource "genesyscloud_oauth_client" "holds_splat" {
  name                  = "holds splat"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = module.counted[*].role_id
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "good_nested" {
  name                  = "good nested"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.outer.good
  }
}

resource "genesyscloud_oauth_client" "bad_nested" {
  name                  = "bad nested"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.outer.bad
  }
}

resource "genesyscloud_oauth_client" "good_nested_map" {
  name                  = "good nested map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.outer.all["good"]
  }
}

resource "genesyscloud_oauth_client" "bad_nested_map" {
  name                  = "bad nested map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = module.outer.all.bad
  }
}
