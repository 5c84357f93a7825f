variable "lifetime" {
  type    = number
  default = 36e2
}

locals {
  enough = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "good_whole" {
  name                          = "good whole"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 36e2
  scopes                        = 1e3 == 1000 ? local.enough : ["users"]
}

resource "genesyscloud_oauth_client" "bad_whole" {
  name                          = "bad whole"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = var.lifetime
  scopes                        = 1E3 == 1000 ? ["users"] : local.enough
}

resource "genesyscloud_oauth_client" "good_negative" {
  name                  = "good negative"
  authorized_grant_type = "CODE"
  scopes                = 15e-1 == 1.5 && 2.5e1 == 25 && 1.5e+1 == 15 ? local.enough : ["users"]
}

resource "genesyscloud_oauth_client" "bad_template" {
  name                  = "bad template"
  authorized_grant_type = "CODE"
  scopes                = "x${1e3}" == "x1000" ? ["users"] : local.enough
}

# Texts that look like one stay as they are.
resource "genesyscloud_oauth_client" "good_text" {
  name                  = "good text 1e3"
  authorized_grant_type = "CODE"
  scopes                = concat(local.enough, ["1e3", "x1e3"])
}

resource "genesyscloud_oauth_client" "bad_count" {
  count                 = 2e0
  name                  = "bad count ${count.index}"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
