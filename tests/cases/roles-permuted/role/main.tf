variable "name" {
  type = string
}

variable "entity" {
  type = string
}

variable "action" {
  type = string
}

resource "genesyscloud_auth_role" "this" {
  name = "Module role of ${var.name}"
  permission_policies {
    domain      = "recording"
    entity_name = var.entity
    action_set  = [var.action]
  }
}

output "role_id" {
  value = genesyscloud_auth_role.this.id
}
