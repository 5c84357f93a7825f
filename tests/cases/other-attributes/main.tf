variable "seconds" {
  type = number
}

variable "day" {
  type    = number
  default = 86400
}

locals {
  uris = ["https://example.org/a"]
}

resource "genesyscloud_oauth_client" "good_defaults" {
  name                  = "good defaults"
  authorized_grant_type = "CODE"
}

resource "genesyscloud_oauth_client" "good_explicit" {
  name                          = "good explicit"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = var.day
  state                         = "active"
  expose_client_secret          = var.day > 86400
  registered_redirect_uris      = concat(local.uris, ["https://example.org/b"])
  description                   = "With \"quotes\""
}

resource "genesyscloud_oauth_client" "bad_explicit" {
  name                          = "bad explicit"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = var.day * 2
  state                         = "inactive"
  expose_client_secret          = true
  registered_redirect_uris      = ["http://example.org/a", "https://example.org/b"]
}

resource "genesyscloud_oauth_client" "good_null" {
  name                          = "good null"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = null
  state                         = null
  expose_client_secret          = null
  registered_redirect_uris      = null
}

# Numbers and booleans as text.
resource "genesyscloud_oauth_client" "bad_text" {
  name                          = "bad text"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = "86401"
  expose_client_secret          = "true"
}

resource "genesyscloud_oauth_client" "validity_unset" {
  name                          = "validity unset"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = var.seconds
  state                         = var.seconds > 0 ? "active" : "inactive"
}
