variable "id" {
  type = string
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "in a module of a module"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = var.id
  }
}
