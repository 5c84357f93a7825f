# A client that can start recordings, with whatever else the caller asks for.

terraform {
  required_version = ">= 1.5"
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}

variable "name" {
  description = "The client's name."
  type        = string
}

variable "extra_scopes" {
  description = "Scopes in addition to those that starting a recording needs."
  type        = list(string)
  default     = []
}

locals {
  recording_scopes = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "this" {
  name                          = var.name
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 3600
  registered_redirect_uris      = ["https://${var.name}.example.com/callback"]
  scopes                        = concat(local.recording_scopes, var.extra_scopes)
}

output "client_id" {
  description = "The client's id."
  value       = genesyscloud_oauth_client.this.client_id
}
