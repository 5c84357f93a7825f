variable "more" {
  type    = list(string)
  default = []
}

variable "type" {
  type    = string
  default = "CODE"
}

# Holds what the operations need, with names of the published API and of the contract.
resource "genesyscloud_oauth_client" "enough" {
  name                  = "recorder one"
  authorized_grant_type = "CODE"
  scopes                = ["conversations", "users:readonly", "recording:session:write", "recordingSession"]
}

# Two names that nobody has published, one of them nearly; and more than is needed.
resource "genesyscloud_oauth_client" "misspelt" {
  name                  = "recorder two"
  authorized_grant_type = var.type
  scopes = concat([
    "convesations", "conversations", "users", "recording:modify", "recording:session:write",
    "recordingSession", "routing",
  ], var.more)
}

# Without roles for what it is asked to do; its scopes have no effect and are not looked at.
resource "genesyscloud_oauth_client" "service" {
  name                  = "recorder three"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  scopes                = ["recording:modify"]

  roles {
    role_id = genesyscloud_auth_role.recorder.id
  }
}

# Nothing is asked of it, so nothing is too much.
resource "genesyscloud_oauth_client" "other" {
  name                  = "billing"
  authorized_grant_type = "CLIENT-CREDENTIALS"

  roles {
    role_id = genesyscloud_auth_role.recorder.id
  }
}

# The scopes of what it is to do are in no published document.
resource "genesyscloud_oauth_client" "snippet" {
  name                  = "snippet"
  authorized_grant_type = "CODE"
  scopes                = ["conversations"]
}

resource "genesyscloud_auth_role" "recorder" {
  name = "Recorder"

  permission_policies {
    domain      = "conversation"
    entity_name = "call"
    action_set  = ["record", "recrod"]
  }

  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }

  permission_policies {
    domain      = "directory"
    entity_name = "user"
    action_set  = ["*"]
  }

  permission_policies {
    domain      = "routing"
    entity_name = "*"
    action_set  = ["view"]
  }
}
