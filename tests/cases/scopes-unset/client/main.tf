variable "scopes" {
  type = list(string)
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "in a module"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}

output "scopes" {
  value = var.scopes
}
