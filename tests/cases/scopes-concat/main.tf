variable "base" {
  type    = list(string)
  default = ["recording:session:write"]
}

variable "extra_good" {
  type    = list(string)
  default = ["recordingSession"]
}

variable "extra_bad" {
  type    = list(string)
  default = ["users"]
}

locals {
  good = concat(var.base, ["recordingSession"])
  bad  = concat(var.base, ["users"])
}

resource "genesyscloud_oauth_client" "good_literals" {
  name                  = "good literals"
  authorized_grant_type = "CODE"
  scopes                = concat(["recording:session:write"], ["recordingSession"])
}

resource "genesyscloud_oauth_client" "bad_literals" {
  name                  = "bad literals"
  authorized_grant_type = "CODE"
  scopes                = concat(["recording:session:write"], ["users"])
}

resource "genesyscloud_oauth_client" "good_variables" {
  name                  = "good variables"
  authorized_grant_type = "CODE"
  scopes                = concat(var.base, var.extra_good)
}

resource "genesyscloud_oauth_client" "bad_variables" {
  name                  = "bad variables"
  authorized_grant_type = "CODE"
  scopes                = concat(var.base, var.extra_bad)
}

resource "genesyscloud_oauth_client" "good_local" {
  name                  = "good local"
  authorized_grant_type = "CODE"
  scopes                = concat(local.good, [])
}

resource "genesyscloud_oauth_client" "bad_local" {
  name                  = "bad local"
  authorized_grant_type = "CODE"
  scopes                = concat([], local.bad, [])
}

resource "genesyscloud_oauth_client" "good_nested" {
  name                  = "good nested"
  authorized_grant_type = "CODE"
  scopes                = concat(concat(var.base, []), concat([], var.extra_good))
}

resource "genesyscloud_oauth_client" "bad_nested" {
  name                  = "bad nested"
  authorized_grant_type = "CODE"
  scopes                = concat(concat(var.base, []), concat([], var.extra_bad))
}

resource "genesyscloud_oauth_client" "good_expanded" {
  name                  = "good expanded"
  authorized_grant_type = "CODE"
  scopes                = concat([var.base, var.extra_good]...)
}

resource "genesyscloud_oauth_client" "bad_expanded" {
  name                  = "bad expanded"
  authorized_grant_type = "CODE"
  scopes                = concat([var.base, var.extra_bad]...)
}

resource "genesyscloud_oauth_client" "lacks_empty" {
  name                  = "lacks empty"
  authorized_grant_type = "CODE"
  scopes                = concat([], [])
}
