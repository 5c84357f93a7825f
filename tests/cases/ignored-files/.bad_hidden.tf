variable "scopes" {
  default = ["users"]
}

locals {
  hidden = ["users"]
}

resource "genesyscloud_oauth_client" "bad_hidden" {
  name                  = "bad hidden"
  authorized_grant_type = "CODE"
}
