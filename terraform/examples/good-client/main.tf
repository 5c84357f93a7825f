# A client behind which a person logs in, with the two scopes that starting a recording session
# needs and nothing more. The token lives an hour, so that a lost one is worth little. Whether the
# person may start recordings is decided by their own roles, at log-in. This is what the module
# recording-client makes for the grant type CODE, written out.

terraform {
  required_version = ">= 1.5"
  required_providers {
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = "~> 1.84"
    }
  }
}

variable "redirect_uri" {
  description = "Where the log-in page sends the browser back to."
  type        = string
  default     = "https://recorder.example.com/callback"
}

resource "genesyscloud_oauth_client" "recorder" {
  name                          = "recording-desk"
  description                   = "Starts recordings from the agents' desk."
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 3600
  registered_redirect_uris      = [var.redirect_uri]
  scopes                        = ["recording:session:write", "recordingSession"]
}
