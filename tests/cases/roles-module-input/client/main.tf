variable "role_id" {
  type    = string
  default = null
}

variable "role_ids" {
  type    = list(string)
  default = []
}

variable "grants" {
  type = map(object({
    role_id     = string
    division_id = optional(string)
  }))
  default = {}
}

variable "role" {
  type    = any
  default = null
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "in a module"
  authorized_grant_type = "CLIENT-CREDENTIALS"

  dynamic "roles" {
    for_each = var.role_id == null ? [] : [var.role_id]
    content {
      role_id = roles.value
    }
  }
  dynamic "roles" {
    for_each = var.role_ids
    content {
      role_id = roles.value
    }
  }
  dynamic "roles" {
    for_each = var.grants
    content {
      role_id     = roles.value.role_id
      division_id = roles.value.division_id
    }
  }
  dynamic "roles" {
    for_each = var.role[*].id
    content {
      role_id = roles.value
    }
  }
}
