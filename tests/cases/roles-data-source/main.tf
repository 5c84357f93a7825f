variable "name" {
  type    = string
  default = "Looked up bad"
}

data "genesyscloud_auth_role" "good" {
  name = "Looked up good"
}

data "genesyscloud_auth_role" "bad" {
  name = var.name
}

data "genesyscloud_auth_role" "foreign" {
  name = "Nobody knows it"
}

data "genesyscloud_auth_role" "each" {
  for_each = { good = "Looked up good", bad = "Looked up bad" }
  name     = each.value
}

locals {
  bad = data.genesyscloud_auth_role.bad.id
}

resource "genesyscloud_oauth_client" "good_data" {
  name                  = "good data"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "bad_data" {
  name                  = "bad data"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.bad.id
  }
}

resource "genesyscloud_oauth_client" "bad_local" {
  name                  = "bad local"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.bad
  }
}

resource "genesyscloud_oauth_client" "each" {
  for_each              = { good = "good each", bad = "bad each" }
  name                  = each.value
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.each[each.key].id
  }
}

resource "genesyscloud_oauth_client" "holds_dynamic" {
  name                  = "holds dynamic"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [data.genesyscloud_auth_role.good.id, data.genesyscloud_auth_role.bad.id]
    content {
      role_id = roles.value
    }
  }
}

resource "genesyscloud_oauth_client" "foreign_alone" {
  name                  = "foreign alone"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.foreign.id
  }
}

resource "genesyscloud_oauth_client" "foreign_beside" {
  name                  = "foreign beside"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.good.id
  }
  roles {
    role_id = data.genesyscloud_auth_role.foreign.id
  }
}
