variable "name" {
  type = string
}

variable "scopes" {
  type    = set(string)
  default = []
}

resource "genesyscloud_oauth_client" "client" {
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = length(var.scopes) > 0 ? var.scopes : null
}
