# A role that grants too much. The wildcards let the client start recordings, and delete them, and
# do whatever the platform will one day call a recording permission. A check that only asks whether
# the client can do its work passes this.

terraform {
  required_version = ">= 1.5"
  required_providers {
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = "~> 1.84"
    }
  }
}

resource "genesyscloud_auth_role" "recording_everything" {
  name        = "Recording everything"
  description = "All of recording, because listing the actions was too much work."

  permission_policies {
    domain      = "recording"
    entity_name = "*"
    action_set  = ["*"]
  }
}

resource "genesyscloud_oauth_client" "recorder" {
  name                          = "recording-batch"
  description                   = "Starts recordings from a nightly job."
  authorized_grant_type         = "CLIENT-CREDENTIALS"
  access_token_validity_seconds = 3600

  roles {
    role_id     = genesyscloud_auth_role.recording_everything.id
    division_id = "*"
  }
}
