variable "on" {
  type = bool
}

resource "genesyscloud_oauth_client" "this" {
  count                 = var.on ? 1 : 0
  name                  = "maybe in a module"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
