variable "clients" {
  type = map(list(string))
}

variable "bad_clients" {
  type = map(list(string))
}

variable "names" {
  type = set(string)
}

variable "on" {
  type = bool
}

variable "number" {
  type = number
}

resource "genesyscloud_oauth_client" "undecided_good_for_each" {
  for_each              = var.clients
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = each.value
}

resource "genesyscloud_oauth_client" "undecided_bad_for_each" {
  for_each              = var.bad_clients
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = each.value
}

# Whatever the instances are, each is like this one; whether there is one is what is not known.
resource "genesyscloud_oauth_client" "undecided_bad_same" {
  for_each              = var.names
  name                  = "same ${each.key}"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "undecided_good_filtered" {
  for_each              = { for name, scopes in { a = ["recording:session:write", "recordingSession"] } : name => scopes if var.on }
  name                  = "filtered ${each.key}"
  authorized_grant_type = "CODE"
  scopes                = each.value
}

resource "genesyscloud_oauth_client" "undecided_bad_merged" {
  for_each              = merge({ undecided_bad_known = ["users"] }, var.bad_clients)
  name                  = "merged"
  authorized_grant_type = "CODE"
  scopes                = each.value
}

resource "genesyscloud_oauth_client" "undecided_good_count" {
  count                 = var.on ? 1 : 0
  name                  = "undecided good count"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "undecided_bad_count" {
  count                 = var.on ? 1 : 0
  name                  = "undecided bad count"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "undecided_good_number" {
  count                 = var.number
  name                  = "number ${count.index}"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "undecided_bad_length" {
  count                 = length(var.names)
  name                  = "length ${count.index}"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

# Two instances either way.
resource "genesyscloud_oauth_client" "good_equal" {
  count                 = var.on ? 1 : 1
  name                  = "good equal"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

module "undecided_good_count" {
  source = "./client"
  count  = var.on ? 1 : 0
  scopes = ["recording:session:write", "recordingSession"]
}

module "undecided_bad_count" {
  source = "./client"
  count  = var.on ? 1 : 0
  scopes = ["users"]
}

module "undecided_good_for_each" {
  source   = "./client"
  for_each = var.clients
  scopes   = each.value
}

module "undecided_bad_for_each" {
  source   = "./client"
  for_each = var.bad_clients
  scopes   = each.value
}

module "undecided_bad_inside" {
  source = "./maybe"
  on     = var.on
}

# What an instance that may not be there gives away.
resource "genesyscloud_oauth_client" "undecided_bad_output" {
  name                  = "undecided bad output"
  authorized_grant_type = "CODE"
  scopes                = flatten(module.undecided_bad_count[*].scopes)
}
