variable "restricted" {
  type = list(string)
}

locals {
  roles = {
    always = ["0b4d6c5e-8a3f-4f0e-9d57-2f1c6a7b8e90"]
    never  = []
  }
}

resource "genesyscloud_auth_role" "this" {
  for_each = local.roles
  name     = "Dynamic conditions, ${each.key}"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
    dynamic "conditions" {
      for_each = each.value
      content {
        conjunction = "AND"
        terms {
          variable_name = "Conversation.queues"
          operator      = "EQ"
          operands {
            type     = "QUEUE"
            queue_id = conditions.value
          }
        }
      }
    }
  }
}

resource "genesyscloud_auth_role" "maybe" {
  name = "Dynamic conditions, maybe"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
    dynamic "conditions" {
      for_each = var.restricted
      content {
        conjunction = "AND"
        terms {
          variable_name = "Conversation.queues"
          operator      = "EQ"
          operands {
            type     = "QUEUE"
            queue_id = conditions.value
          }
        }
      }
    }
  }
}

# Conditional: NEEDS is unknown of it in every input.
resource "genesyscloud_oauth_client" "always" {
  name                  = "always"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.this["always"].id
  }
}

resource "genesyscloud_oauth_client" "good_never" {
  name                  = "good never"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.this["never"].id
  }
}

# Whatever the condition, nothing that is forbidden is in it.
resource "genesyscloud_oauth_client" "partly_good_maybe" {
  name                  = "partly good maybe"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.maybe.id
  }
}
