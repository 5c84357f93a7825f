variable "permissions" {
  type    = map(list(string))
  default = { session = ["write"] }
}

variable "actions" {
  type    = set(string)
  default = ["view", "delete"]
}

locals {
  objects = [
    { domain = "routing", entity = "queue", actions = ["view"] },
    { domain = "recording", entity = "recording", actions = ["delete"] },
  ]
  strings = ["recording:session:write", "routing:queue:view"]
}

resource "genesyscloud_auth_role" "good_map" {
  name = "Policies, good map"
  dynamic "permission_policies" {
    for_each = var.permissions
    content {
      domain      = "recording"
      entity_name = permission_policies.key
      action_set  = permission_policies.value
    }
  }
}

resource "genesyscloud_auth_role" "bad_objects" {
  name = "Policies, bad objects"
  dynamic "permission_policies" {
    for_each = local.objects
    iterator = policy
    content {
      domain      = policy.value.domain
      entity_name = policy.value["entity"]
      action_set  = policy.value.actions
    }
  }
}

resource "genesyscloud_auth_role" "good_strings" {
  name = "Policies, good strings"
  dynamic "permission_policies" {
    for_each = toset(local.strings)
    content {
      domain      = split(":", permission_policies.value)[0]
      entity_name = split(":", permission_policies.value)[1]
      action_set  = [split(":", permission_policies.key)[2]]
    }
  }
}

resource "genesyscloud_auth_role" "bad_variable" {
  name = "Policies, bad variable"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = var.actions
  }
}

resource "genesyscloud_auth_role" "holds_mixed" {
  name = "Policies, holds mixed"
  dynamic "permission_policies" {
    for_each = [for object in local.objects : object if object.domain == "recording"]
    content {
      domain      = permission_policies.value.domain
      entity_name = permission_policies.value.entity
      action_set  = concat(permission_policies.value.actions, ["view"])
    }
  }
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "lacks_empty" {
  name = "Policies, lacks empty"
  dynamic "permission_policies" {
    for_each = []
    content {
      domain      = "recording"
      entity_name = "session"
      action_set  = ["write"]
    }
  }
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = []
  }
}

resource "genesyscloud_oauth_client" "good_map" {
  name                  = "good map"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good_map.id
  }
}

resource "genesyscloud_oauth_client" "bad_objects" {
  name                  = "bad objects"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.bad_objects.id
  }
}

resource "genesyscloud_oauth_client" "good_strings" {
  name                  = "good strings"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.good_strings.id
  }
}

resource "genesyscloud_oauth_client" "bad_variable" {
  name                  = "bad variable"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.bad_variable.id
  }
}

resource "genesyscloud_oauth_client" "holds_mixed" {
  name                  = "holds mixed"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.holds_mixed.id
  }
}

resource "genesyscloud_oauth_client" "lacks_empty" {
  name                  = "lacks empty"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.lacks_empty.id
  }
}
