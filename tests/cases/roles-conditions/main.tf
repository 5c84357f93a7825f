resource "genesyscloud_auth_role" "conditional_good" {
  name = "Conditions, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
    conditions {
      conjunction = "AND"
      terms {
        variable_name = "Conversation.queues"
        operator      = "EQ"
        operands {
          type     = "QUEUE"
          queue_id = "0b4d6c5e-8a3f-4f0e-9d57-2f1c6a7b8e90"
        }
      }
    }
  }
}

resource "genesyscloud_auth_role" "conditional_bad" {
  name = "Conditions, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
    conditions {
      conjunction = "OR"
      terms {
        variable_name = "Conversation.queues"
        operator      = "EQ"
        operands {
          type     = "QUEUE"
          queue_id = "0b4d6c5e-8a3f-4f0e-9d57-2f1c6a7b8e90"
        }
      }
    }
  }
}

resource "genesyscloud_auth_role" "outright" {
  name = "Conditions, outright"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "both" {
  name = "Conditions, both"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
    conditions {
      conjunction = "AND"
      terms {
        variable_name = "Conversation.queues"
        operator      = "EQ"
        operands {
          type     = "QUEUE"
          queue_id = "0b4d6c5e-8a3f-4f0e-9d57-2f1c6a7b8e90"
        }
      }
    }
  }
  permission_policies {
    domain      = "recording"
    entity_name = "*"
    action_set  = ["write"]
  }
}

# The condition may hold, always and everywhere or never.
resource "genesyscloud_oauth_client" "needs_unknown" {
  name                  = "needs unknown"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.conditional_good.id
  }
}

resource "genesyscloud_oauth_client" "forbids_unknown" {
  name                  = "forbids unknown"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.conditional_bad.id
  }
}

resource "genesyscloud_oauth_client" "good_outright" {
  name                  = "good outright"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.conditional_good.id
  }
  roles {
    role_id = genesyscloud_auth_role.outright.id
  }
}

resource "genesyscloud_oauth_client" "good_both" {
  name                  = "good both"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.both.id
  }
}
