# The mistake this tool was made for: the client has a scope that sounds right, and not the second
# one that the call needs. Terraform plans and applies this without a word; the first start of a
# recording is refused with a 400 that speaks of something else.

terraform {
  required_version = ">= 1.5"
  required_providers {
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = "~> 1.84"
    }
  }
}

variable "scopes" {
  description = "What a token of the client may do."
  type        = set(string)
  default     = ["recording:session:write"]
}

resource "genesyscloud_oauth_client" "recorder" {
  name                          = "recording-kiosk"
  description                   = "Starts recordings at the front desk."
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 3600
  registered_redirect_uris      = ["https://kiosk.example.com/callback"]
  scopes                        = var.scopes
}
