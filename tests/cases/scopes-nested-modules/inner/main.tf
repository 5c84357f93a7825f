variable "scopes" {
  type = list(string)
}

variable "suffix" {
  type    = string
  default = ""
}

# Not the caller's.
locals {
  base = ["users"]
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "inner${var.suffix}"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
