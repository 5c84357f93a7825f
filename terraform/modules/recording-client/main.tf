locals {
  # Scopes have no effect where nobody logs in, and roles have none where somebody does.
  logs_in_by_itself = var.grant_type == "CLIENT-CREDENTIALS"

  scopes      = distinct(flatten([for use in sort(var.uses) : local.needs[use].scopes]))
  permissions = flatten([for use in sort(var.uses) : local.needs[use].permissions])
  state       = var.active ? "active" : "inactive"
}

resource "genesyscloud_auth_role" "this" {
  count = local.logs_in_by_itself ? 1 : 0

  name        = var.role_name != null ? var.role_name : var.name
  description = "Exactly what the OAuth client ${var.name} needs."

  dynamic "permission_policies" {
    for_each = local.permissions
    content {
      domain      = permission_policies.value.domain
      entity_name = permission_policies.value.entity
      action_set  = [permission_policies.value.action]
    }
  }
}

# Two resources, so that the block with the role is written out: a plan does not say what a dynamic
# block refers to, and nobody who reads the plan could tell which role the client will have.
resource "genesyscloud_oauth_client" "service" {
  count = local.logs_in_by_itself ? 1 : 0

  name                          = var.name
  description                   = var.description
  authorized_grant_type         = var.grant_type
  access_token_validity_seconds = var.access_token_validity_seconds
  state                         = local.state
  expose_client_secret          = var.expose_client_secret

  roles {
    role_id     = genesyscloud_auth_role.this[0].id
    division_id = var.division_id
  }

  lifecycle {
    precondition {
      condition     = length(var.redirect_uris) == 0
      error_message = "redirect_uris are for clients behind which a person logs in."
    }
  }
}

resource "genesyscloud_oauth_client" "person" {
  count = local.logs_in_by_itself ? 0 : 1

  name                          = var.name
  description                   = var.description
  authorized_grant_type         = var.grant_type
  access_token_validity_seconds = var.access_token_validity_seconds
  registered_redirect_uris      = var.redirect_uris
  scopes                        = local.scopes
  state                         = local.state
  expose_client_secret          = var.expose_client_secret

  lifecycle {
    precondition {
      condition     = !contains(["CODE", "TOKEN"], var.grant_type) || length(var.redirect_uris) > 0
      error_message = "With ${var.grant_type} the log-in page has to send the browser back: give redirect_uris."
    }
    precondition {
      condition     = var.division_id == null && var.role_name == null
      error_message = "division_id and role_name are for CLIENT-CREDENTIALS: a person brings roles of their own."
    }
  }
}
