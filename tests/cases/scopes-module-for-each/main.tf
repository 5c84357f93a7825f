variable "sites" {
  type = map(list(string))
  default = {
    good_berlin = ["recording:session:write", "recordingSession"]
    bad_madrid  = ["recording:session:write", "users"]
  }
}

module "site" {
  source   = "./client"
  for_each = var.sites
  name     = "site"
  scopes   = each.value
}

module "set" {
  source   = "./client"
  for_each = toset(["good_set", "bad_set"])
  name     = each.key
  scopes   = ["recording:session:write", each.key == "good_set" ? "recordingSession" : "users"]
}

module "many" {
  source   = "./many"
  for_each = { a = "recordingSession", b = "recordingSession" }
  member   = each.value
}

# The client's scopes through the outputs of the instances.
resource "genesyscloud_oauth_client" "good_output" {
  name                  = "good output"
  authorized_grant_type = "CODE"
  scopes                = module.site["good_berlin"].scopes
}

resource "genesyscloud_oauth_client" "bad_output" {
  name                  = "bad output"
  authorized_grant_type = "CODE"
  scopes                = module.site["bad_madrid"].scopes
}

resource "genesyscloud_oauth_client" "each_output" {
  for_each              = module.site
  name                  = "each output"
  authorized_grant_type = "CODE"
  scopes                = each.value.scopes
}
