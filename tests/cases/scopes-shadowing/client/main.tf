variable "scopes" {
  type    = list(string)
  default = ["recording:session:write", "users"]
}

locals {
  scopes = ["recordingSession"]
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "in a module"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
