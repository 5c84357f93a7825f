variable "name" {
  type = string
}

variable "scopes" {
  type = set(string)
}

resource "genesyscloud_oauth_client" "this" {
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}

output "scopes" {
  value = var.scopes
}
