variable "scopes" {
  type = list(string)
}

resource "genesyscloud_oauth_client" "undecided_bad_unused" {
  name                  = "unused"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
