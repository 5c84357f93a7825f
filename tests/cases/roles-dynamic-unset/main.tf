variable "good" {
  type = list(string)
}

variable "bad" {
  type = list(string)
}

variable "none" {
  type = list(string)
}

variable "good_id" {
  type = string
}

variable "bad_name" {
  type = string
}

resource "genesyscloud_auth_role" "good" {
  name = "Dynamic unset, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Dynamic unset, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

locals {
  ids = { good = genesyscloud_auth_role.good.id, bad = genesyscloud_auth_role.bad.id }
}

resource "genesyscloud_oauth_client" "undecided_good_alone" {
  name                  = "undecided good alone"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = var.good
    content {
      role_id = local.ids[roles.value]
    }
  }
}

resource "genesyscloud_oauth_client" "undecided_bad_alone" {
  name                  = "undecided bad alone"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = toset(var.bad)
    content {
      role_id = local.ids[roles.value]
    }
  }
}

# The static block is known; whether there is more is not.
resource "genesyscloud_oauth_client" "partly_good_beside" {
  name                  = "partly good beside"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
  dynamic "roles" {
    for_each = var.none
    content {
      role_id = local.ids[roles.value]
    }
  }
}

resource "genesyscloud_oauth_client" "partly_holds_beside" {
  name                  = "partly holds beside"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = var.bad
    content {
      role_id = local.ids[roles.value]
    }
  }
  roles {
    role_id = genesyscloud_auth_role.good.id
  }
}

resource "genesyscloud_oauth_client" "partly_bad_beside" {
  name                  = "partly bad beside"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.bad.id
  }
  dynamic "roles" {
    for_each = var.bad
    content {
      role_id     = local.ids[roles.value]
      division_id = "*"
    }
  }
}

resource "genesyscloud_oauth_client" "undecided_good_filter" {
  name                  = "undecided good filter"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = [for name, id in local.ids : id if contains(var.good, name)]
    content {
      role_id = roles.value
    }
  }
}

# Nothing that Terraform can know.
resource "genesyscloud_oauth_client" "foreign_id" {
  name                  = "foreign id"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.good_id
  }
}

resource "genesyscloud_oauth_client" "undecided_bad_name" {
  name                  = "undecided bad name"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = local.ids[var.bad_name]
  }
}

resource "genesyscloud_oauth_client" "undecided_bad_conditional" {
  name                  = "undecided bad conditional"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.bad_name == "good" ? genesyscloud_auth_role.good.id : genesyscloud_auth_role.bad.id
  }
}

# What the role itself holds is what is not known.
resource "genesyscloud_auth_role" "actions" {
  name = "Dynamic unset, actions"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = var.bad
  }
}

resource "genesyscloud_oauth_client" "undecided_partly_lacks_actions" {
  name                  = "undecided partly lacks actions"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.actions.id
  }
}

resource "genesyscloud_auth_role" "policies" {
  name = "Dynamic unset, policies"
  dynamic "permission_policies" {
    for_each = var.good
    content {
      domain      = "recording"
      entity_name = "session"
      action_set  = ["write"]
    }
  }
}

resource "genesyscloud_oauth_client" "undecided_good_policies" {
  name                  = "undecided good policies"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.policies.id
  }
}
