variable "areas" {
  type    = set(string)
  default = ["recording:session", "conversations"]
}

locals {
  suffixes = ["session:write", "other:write"]
  flags = {
    "recording:session:write" = true
    "recordingSession"        = true
    "users"                   = false
  }
  profiles = [
    { name = "start", scopes = ["recording:session:write", "recordingSession"], ok = true },
    { name = "read", scopes = ["users", "recording:session:write"], ok = false },
  ]
  by_name = { for profile in local.profiles : profile.name => profile.scopes }
  grouped = { for profile in local.profiles : profile.ok ? "good" : "bad" => profile.scopes... }
}

resource "genesyscloud_oauth_client" "good_list" {
  name                  = "good list"
  authorized_grant_type = "CODE"
  scopes                = [for s in ["recording:session:write", "recordingSession"] : s]
}

resource "genesyscloud_oauth_client" "bad_list" {
  name                  = "bad list"
  authorized_grant_type = "CODE"
  scopes                = [for s in ["recording:session:write", "users"] : s]
}

resource "genesyscloud_oauth_client" "good_template" {
  name                  = "good template"
  authorized_grant_type = "CODE"
  scopes                = concat([for s in local.suffixes : "recording:${s}"], ["recordingSession"])
}

resource "genesyscloud_oauth_client" "bad_template" {
  name                  = "bad template"
  authorized_grant_type = "CODE"
  scopes                = [for s in ["session:write", "readonly"] : s == "readonly" ? "users:${s}" : "recording:${s}"]
}

resource "genesyscloud_oauth_client" "good_index" {
  name                  = "good index"
  authorized_grant_type = "CODE"
  scopes                = [for i, s in ["recording:session:write", "users", "recordingSession"] : s if i != 1]
}

resource "genesyscloud_oauth_client" "bad_index" {
  name                  = "bad index"
  authorized_grant_type = "CODE"
  scopes                = [for i, s in ["recordingSession", "users", "recording:session:write"] : s if i > 0]
}

resource "genesyscloud_oauth_client" "good_map" {
  name                  = "good map"
  authorized_grant_type = "CODE"
  scopes                = [for scope, on in local.flags : scope if on]
}

resource "genesyscloud_oauth_client" "bad_map" {
  name                  = "bad map"
  authorized_grant_type = "CODE"
  scopes                = [for scope, on in local.flags : scope if !on]
}

resource "genesyscloud_oauth_client" "lacks_set" {
  name                  = "lacks set"
  authorized_grant_type = "CODE"
  scopes                = [for area in var.areas : "${area}:write"]
}

resource "genesyscloud_oauth_client" "good_set" {
  name                  = "good set"
  authorized_grant_type = "CODE"
  scopes                = concat([for area in var.areas : "${area}:write"], ["recordingSession"])
}

resource "genesyscloud_oauth_client" "bad_set" {
  name                  = "bad set"
  authorized_grant_type = "CODE"
  scopes                = [for area in toset(["users", "routing"]) : "${area}:readonly"]
}

resource "genesyscloud_oauth_client" "good_objects" {
  name                  = "good objects"
  authorized_grant_type = "CODE"
  scopes                = flatten([for profile in local.profiles : profile.scopes if profile.ok])
}

resource "genesyscloud_oauth_client" "bad_objects" {
  name                  = "bad objects"
  authorized_grant_type = "CODE"
  scopes                = flatten([for profile in local.profiles : profile.scopes if profile.name == "read"])
}

resource "genesyscloud_oauth_client" "good_by_name" {
  name                  = "good by name"
  authorized_grant_type = "CODE"
  scopes                = local.by_name["start"]
}

resource "genesyscloud_oauth_client" "bad_by_name" {
  name                  = "bad by name"
  authorized_grant_type = "CODE"
  scopes                = local.by_name.read
}

resource "genesyscloud_oauth_client" "good_grouped" {
  name                  = "good grouped"
  authorized_grant_type = "CODE"
  scopes                = local.grouped["good"][0]
}

resource "genesyscloud_oauth_client" "bad_grouped" {
  name                  = "bad grouped"
  authorized_grant_type = "CODE"
  scopes                = flatten(local.grouped["bad"])
}

resource "genesyscloud_oauth_client" "good_keys" {
  name                  = "good keys"
  authorized_grant_type = "CODE"
  scopes                = keys({ for scope, on in local.flags : scope => on if on })
}

resource "genesyscloud_oauth_client" "bad_keys" {
  name                  = "bad keys"
  authorized_grant_type = "CODE"
  scopes                = keys({ for scope, on in local.flags : scope => on if scope != "recordingSession" })
}

resource "genesyscloud_oauth_client" "good_nested" {
  name                  = "good nested"
  authorized_grant_type = "CODE"
  scopes                = flatten([for a in ["recording"] : [for b in ["Session", ":session:write"] : "${a}${b}"]])
}

resource "genesyscloud_oauth_client" "bad_nested" {
  name                  = "bad nested"
  authorized_grant_type = "CODE"
  scopes                = flatten([for a in ["users", "recording:session"] : [for b in ["write", "readonly"] : "${a}:${b}"]])
}
