variable "good" {
  type    = string
  default = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c11"
}

locals {
  roles = {
    good = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c11"
    bad  = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c22"
  }
}

resource "genesyscloud_oauth_client" "good_literal" {
  name                  = "good literal"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c11"
  }
}

resource "genesyscloud_oauth_client" "bad_literal" {
  name                  = "bad literal"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c22"
  }
}

resource "genesyscloud_oauth_client" "good_variable" {
  name                  = "good variable"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.good
  }
}

resource "genesyscloud_oauth_client" "bad_local" {
  name                  = "bad local"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.roles["bad"]
  }
}

resource "genesyscloud_oauth_client" "dynamic" {
  for_each              = { good_dynamic = ["good"], bad_dynamic = ["bad"], holds_dynamic = ["good", "bad"] }
  name                  = each.key
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = each.value
    content {
      role_id     = local.roles[roles.value]
      division_id = "*"
    }
  }
}

# Nobody says what this one grants, now or later; a known role beside it is seen all the same.
resource "genesyscloud_oauth_client" "foreign_alone" {
  name                  = "foreign alone"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c99"
  }
}

resource "genesyscloud_oauth_client" "foreign_beside" {
  name                  = "foreign beside"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.roles.bad
  }
  roles {
    role_id = "5b1f4f5e-4c3c-4d55-9a0d-0a4f7f3f1c99"
  }
}
