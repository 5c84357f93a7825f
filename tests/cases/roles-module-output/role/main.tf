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
  name = var.name
  permission_policies {
    domain      = "recording"
    entity_name = var.entity
    action_set  = [var.action]
  }
}

# Beside it, so that taking any role of the module is not good enough.
resource "genesyscloud_auth_role" "other" {
  name = "${var.name}, not this one"
  permission_policies {
    domain      = "recording"
    entity_name = var.entity == "session" ? "recording" : "session"
    action_set  = [var.action == "write" ? "delete" : "write"]
  }
}

output "role_id" {
  description = "The role's id."
  value       = genesyscloud_auth_role.this.id
}

output "id" {
  value = genesyscloud_auth_role.this.id
}

output "role" {
  value = genesyscloud_auth_role.this
}

output "ids" {
  value = { this = genesyscloud_auth_role.this.id, other = genesyscloud_auth_role.other.id }
}
