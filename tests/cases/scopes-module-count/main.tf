variable "enabled" {
  type    = bool
  default = true
}

locals {
  lists = [["recording:session:write", "recordingSession"], ["recording:session:write", "users"]]
}

module "counted" {
  source = "./client"
  count  = 2
  name   = count.index == 0 ? "good counted" : "bad counted"
  scopes = local.lists[count.index]
}

module "good_on" {
  source = "./client"
  count  = var.enabled ? 1 : 0
  name   = "on"
  scopes = local.lists[0]
}

module "bad_on" {
  source = "./client"
  count  = var.enabled ? 1 : 0
  name   = "on"
  scopes = local.lists[1]
}

module "bad_off" {
  source = "./client"
  count  = var.enabled ? 0 : 1
  name   = "off"
  scopes = local.lists[1]
}

module "bad_zero" {
  source = "./client"
  count  = 0
  name   = "zero"
  scopes = []
}

resource "genesyscloud_oauth_client" "good_output" {
  name                  = "good output"
  authorized_grant_type = "CODE"
  scopes                = module.counted[0].scopes
}

resource "genesyscloud_oauth_client" "holds_output" {
  name                  = "holds output"
  authorized_grant_type = "CODE"
  scopes                = flatten(module.counted[*].scopes)
}

resource "genesyscloud_oauth_client" "good_one" {
  name                  = "good one"
  authorized_grant_type = "CODE"
  scopes                = one(module.good_on[*].scopes)
}

resource "genesyscloud_oauth_client" "lacks_none" {
  name                  = "lacks none"
  authorized_grant_type = "CODE"
  scopes                = one(module.bad_off[*].scopes)
}
