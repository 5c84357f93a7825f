locals {
  good = ["recording:session:write", "recordingSession"]
}

module "good_input" {
  source = "./client"
  name   = "input"
  scopes = local.good
}

module "bad_input" {
  source = "./client"
  name   = "input"
  scopes = ["recording:session:write", "users"]
}

module "good_extra" {
  source = "./client"
  name   = "extra"
  scopes = ["recording:session:write"]
  extra  = { scopes = ["recordingSession"] }
}

module "bad_extra" {
  source = "./client"
  name   = "extra"
  scopes = ["recording:session:write"]
  extra  = { scopes = ["users"] }
}

# The default of the module stands: nothing given, or null for a variable that is not nullable.
module "good_default" {
  source = "./client"
  name   = "default"
}

module "good_not_nullable" {
  source = "./client"
  name   = "not nullable"
  scopes = null
}

# Null is a value where the variable is nullable.
module "lacks_nullable" {
  source   = "./client"
  name     = "nullable"
  nullable = null
}

module "lists" {
  source = "./lists"
}

resource "genesyscloud_oauth_client" "good_output" {
  name                  = "good output"
  authorized_grant_type = "CODE"
  scopes                = module.lists.good
}

resource "genesyscloud_oauth_client" "bad_output" {
  name                  = "bad output"
  authorized_grant_type = "CODE"
  scopes                = module.lists.bad
}

resource "genesyscloud_oauth_client" "good_output_member" {
  name                  = "good output member"
  authorized_grant_type = "CODE"
  scopes                = concat(module.lists.all.base, [module.lists.all["session"]])
}

resource "genesyscloud_oauth_client" "bad_output_member" {
  name                  = "bad output member"
  authorized_grant_type = "CODE"
  scopes                = concat(module.lists.all.base, module.lists.all.extra[*])
}
