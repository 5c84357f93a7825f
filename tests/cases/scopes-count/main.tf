variable "enabled" {
  type    = bool
  default = true
}

locals {
  names = ["good_list", "bad_list"]
  lists = [
    ["recording:session:write", "recordingSession"],
    ["recording:session:write", "users"],
  ]
  members = ["recordingSession", "users"]
}

resource "genesyscloud_oauth_client" "list" {
  count                 = length(local.names)
  name                  = local.names[count.index]
  authorized_grant_type = "CODE"
  scopes                = local.lists[count.index]
}

resource "genesyscloud_oauth_client" "element" {
  count                 = 2
  name                  = "${element(["good", "bad"], count.index)}_element"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", element(local.members, count.index)]
}

resource "genesyscloud_oauth_client" "conditional" {
  count                 = 2
  name                  = count.index == 0 ? "good_conditional" : "bad_conditional"
  authorized_grant_type = "CODE"
  scopes                = count.index == 0 ? local.lists[0] : local.lists[1]
}

resource "genesyscloud_oauth_client" "good_enabled" {
  count                 = var.enabled ? 1 : 0
  name                  = "good enabled"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_enabled" {
  count                 = var.enabled ? 1 : 0
  name                  = "bad enabled"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "bad_disabled" {
  count                 = var.enabled ? 0 : 1
  name                  = "bad disabled"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "bad_zero" {
  count                 = 0
  name                  = "bad zero"
  authorized_grant_type = "CODE"
}

resource "genesyscloud_oauth_client" "good_one" {
  count                 = 1
  name                  = "good one"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

# A number as text is a number.
resource "genesyscloud_oauth_client" "bad_text" {
  count                 = "1"
  name                  = "bad text"
  authorized_grant_type = "CODE"
  scopes                = slice(["users", "recording:session:write", "recordingSession"], count.index, 2)
}
