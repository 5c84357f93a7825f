variable "clients" {
  type = map(object({
    scopes     = list(string)
    grant_type = optional(string, "CODE")
  }))
  default = {
    good_variable = { scopes = ["recording:session:write", "recordingSession"] }
    bad_variable  = { scopes = ["recording:session:write", "users"], grant_type = "TOKEN" }
  }
}

locals {
  profiles = {
    good_local = ["recording:session:write", "recordingSession"]
    bad_local  = ["recording:session:write", "users"]
  }
  objects = [
    { id = "good_for", scopes = ["recording:session:write", "recordingSession"], wanted = true },
    { id = "bad_for", scopes = ["recording:session:write", "users"], wanted = true },
    { id = "bad_absent", scopes = [], wanted = false },
  ]
}

resource "genesyscloud_oauth_client" "map" {
  for_each = {
    good_map = ["recording:session:write", "recordingSession"]
    bad_map  = ["recording:session:write", "users"]
  }
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = each.value
}

resource "genesyscloud_oauth_client" "variable" {
  for_each              = var.clients
  name                  = "client ${each.key}"
  authorized_grant_type = each.value.grant_type
  scopes                = each.value.scopes
}

resource "genesyscloud_oauth_client" "local" {
  for_each              = local.profiles
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = each.value
}

resource "genesyscloud_oauth_client" "set" {
  for_each              = toset(["good_set", "bad_set"])
  name                  = "client ${each.value}"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", each.key == "good_set" ? "recordingSession" : "users"]
}

resource "genesyscloud_oauth_client" "lookup" {
  for_each              = toset(keys(local.profiles))
  name                  = "lookup ${each.key}"
  authorized_grant_type = "CODE"
  scopes                = local.profiles[each.key]
}

resource "genesyscloud_oauth_client" "for" {
  for_each              = { for object in local.objects : object.id => object if object.wanted }
  name                  = each.value.id
  authorized_grant_type = "CODE"
  scopes                = each.value.scopes
}

resource "genesyscloud_oauth_client" "merged" {
  for_each = merge(
    { good_merge = "recordingSession", bad_merge = "recordingSession" },
    { bad_merge = "users" },
  )
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", each.value]
}

# The keys are the scopes themselves.
resource "genesyscloud_oauth_client" "key" {
  for_each              = { recordingSession = "good_key", users = "bad_key" }
  name                  = each.value
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", each.key]
}

resource "genesyscloud_oauth_client" "odd" {
  for_each = {
    "good_a.b[0] \"quoted\"" = ["recording:session:write", "recordingSession"]
    "bad_ü/:*"               = ["recording:session:write", "users"]
  }
  name                  = "odd"
  authorized_grant_type = "CODE"
  scopes                = each.value
}

resource "genesyscloud_oauth_client" "bad_none" {
  for_each              = {}
  name                  = "bad none"
  authorized_grant_type = "CODE"
}

resource "genesyscloud_oauth_client" "bad_empty_set" {
  for_each              = toset([])
  name                  = "bad empty set"
  authorized_grant_type = "CODE"
}
