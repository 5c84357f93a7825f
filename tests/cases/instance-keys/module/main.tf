variable "scopes" {
  type = list(string)
}

resource "genesyscloud_oauth_client" "this" {
  name                  = "lacks ${join(" ", var.scopes)}"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
