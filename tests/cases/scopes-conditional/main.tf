variable "recording" {
  type    = bool
  default = true
}

variable "environment" {
  type    = string
  default = "production"
}

variable "override" {
  type    = list(string)
  default = null
}

variable "none" {
  type    = list(string)
  default = []
}

variable "count_of_sites" {
  type    = number
  default = 3
}

locals {
  good = ["recording:session:write", "recordingSession"]
  bad  = ["recording:session:write", "users"]

  credentials = true
}

resource "genesyscloud_oauth_client" "good_boolean" {
  name                  = "good boolean"
  authorized_grant_type = "CODE"
  scopes                = var.recording ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "bad_boolean" {
  name                  = "bad boolean"
  authorized_grant_type = "CODE"
  scopes                = var.recording ? local.bad : local.good
}

resource "genesyscloud_oauth_client" "good_not" {
  name                  = "good not"
  authorized_grant_type = "CODE"
  scopes                = !var.recording ? local.bad : local.good
}

resource "genesyscloud_oauth_client" "bad_not" {
  name                  = "bad not"
  authorized_grant_type = "CODE"
  scopes                = !var.recording ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "good_equal" {
  name                  = "good equal"
  authorized_grant_type = "CODE"
  scopes                = var.environment == "production" ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "bad_equal" {
  name                  = "bad equal"
  authorized_grant_type = "CODE"
  scopes                = var.environment != "production" ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "good_null" {
  name                  = "good null"
  authorized_grant_type = "CODE"
  scopes                = var.override == null ? local.good : var.override
}

resource "genesyscloud_oauth_client" "bad_null" {
  name                  = "bad null"
  authorized_grant_type = "CODE"
  scopes                = var.override != null ? var.override : local.bad
}

resource "genesyscloud_oauth_client" "good_length" {
  name                  = "good length"
  authorized_grant_type = "CODE"
  scopes                = length(var.none) > 0 ? var.none : local.good
}

resource "genesyscloud_oauth_client" "bad_length" {
  name                  = "bad length"
  authorized_grant_type = "CODE"
  scopes                = length(var.none) == 0 ? local.bad : local.good
}

resource "genesyscloud_oauth_client" "good_number" {
  name                  = "good number"
  authorized_grant_type = "CODE"
  scopes                = var.count_of_sites >= 3 && var.recording ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "bad_number" {
  name                  = "bad number"
  authorized_grant_type = "CODE"
  scopes                = var.count_of_sites * 2 > 6 || !var.recording ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "good_contains" {
  name                  = "good contains"
  authorized_grant_type = "CODE"
  scopes                = contains(["staging", "production"], var.environment) ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "bad_contains" {
  name                  = "bad contains"
  authorized_grant_type = "CODE"
  scopes                = contains(["staging", "test"], var.environment) ? local.good : local.bad
}

resource "genesyscloud_oauth_client" "good_nested" {
  name                  = "good nested"
  authorized_grant_type = "CODE"
  scopes                = var.environment == "test" ? local.bad : var.environment == "production" ? local.good : []
}

resource "genesyscloud_oauth_client" "bad_nested" {
  name                  = "bad nested"
  authorized_grant_type = "CODE"
  scopes                = var.environment == "test" ? local.good : (var.environment == "production" ? local.bad : [])
}

resource "genesyscloud_oauth_client" "good_member" {
  name                  = "good member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.recording ? "recordingSession" : "users"]
}

resource "genesyscloud_oauth_client" "bad_member" {
  name                  = "bad member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.recording ? "users" : "recordingSession"]
}

resource "genesyscloud_oauth_client" "good_concat" {
  name                  = "good concat"
  authorized_grant_type = "CODE"
  scopes                = concat(["recording:session:write"], var.recording ? ["recordingSession"] : [])
}

resource "genesyscloud_oauth_client" "bad_concat" {
  name                  = "bad concat"
  authorized_grant_type = "CODE"
  scopes                = concat(["recording:session:write"], var.recording ? ["users"] : ["recordingSession"])
}

resource "genesyscloud_oauth_client" "lacks_null_branch" {
  name                  = "lacks null branch"
  authorized_grant_type = "CODE"
  scopes                = var.recording ? null : local.good
}

# The grant type by a condition: permissions decide, and there are none.
resource "genesyscloud_oauth_client" "lacks_grant_type" {
  name                  = "lacks grant type"
  authorized_grant_type = local.credentials ? "CLIENT-CREDENTIALS" : "CODE"
  scopes                = local.good
}
