variable "name" {
  type = string
}

variable "scopes" {
  type = list(string)
}

resource "genesyscloud_oauth_client" "this" {
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}

output "scopes" {
  value = genesyscloud_oauth_client.this.scopes
}
