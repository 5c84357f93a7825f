variable "good" {
  type = list(string)
}

variable "bad" {
  type = list(string)
}

variable "good_member" {
  type = string
}

variable "bad_member" {
  type = string
}

variable "on" {
  type = bool
}

locals {
  good = var.good
  bad  = concat(var.bad, [])
}

resource "genesyscloud_oauth_client" "undecided_good_direct" {
  name                  = "undecided good direct"
  authorized_grant_type = "CODE"
  scopes                = var.good
}

resource "genesyscloud_oauth_client" "undecided_bad_direct" {
  name                  = "undecided bad direct"
  authorized_grant_type = "CODE"
  scopes                = var.bad
}

resource "genesyscloud_oauth_client" "undecided_good_local" {
  name                  = "undecided good local"
  authorized_grant_type = "CODE"
  scopes                = local.good
}

resource "genesyscloud_oauth_client" "undecided_bad_local" {
  name                  = "undecided bad local"
  authorized_grant_type = "CODE"
  scopes                = local.bad
}

resource "genesyscloud_oauth_client" "undecided_good_member" {
  name                  = "undecided good member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.good_member]
}

resource "genesyscloud_oauth_client" "undecided_bad_member" {
  name                  = "undecided bad member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.bad_member]
}

resource "genesyscloud_oauth_client" "undecided_good_concat" {
  name                  = "undecided good concat"
  authorized_grant_type = "CODE"
  scopes                = concat(["recording:session:write"], var.good)
}

resource "genesyscloud_oauth_client" "undecided_bad_concat" {
  name                  = "undecided bad concat"
  authorized_grant_type = "CODE"
  scopes                = concat(["recording:session:write"], var.bad)
}

# What is forbidden is written out.
resource "genesyscloud_oauth_client" "partly_holds_concat" {
  name                  = "partly holds concat"
  authorized_grant_type = "CODE"
  scopes                = concat(["users"], var.good)
}

resource "genesyscloud_oauth_client" "partly_bad_concat" {
  name                  = "partly bad concat"
  authorized_grant_type = "CODE"
  scopes                = concat(var.bad, ["recording:session:write", "users"])
}

# What is needed is written out.
resource "genesyscloud_oauth_client" "partly_good_concat" {
  name                  = "partly good concat"
  authorized_grant_type = "CODE"
  scopes                = concat(["recording:session:write", "recordingSession"], var.good)
}

resource "genesyscloud_oauth_client" "partly_holds_member" {
  name                  = "partly holds member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession", var.bad_member]
}

resource "genesyscloud_oauth_client" "undecided_good_for" {
  name                  = "undecided good for"
  authorized_grant_type = "CODE"
  scopes                = [for s in var.good : s]
}

resource "genesyscloud_oauth_client" "undecided_bad_for" {
  name                  = "undecided bad for"
  authorized_grant_type = "CODE"
  scopes                = [for s in var.bad : s]
}

resource "genesyscloud_oauth_client" "partly_holds_for" {
  name                  = "partly holds for"
  authorized_grant_type = "CODE"
  scopes                = [for s in concat(["users"], var.good) : s]
}

# Whether each member stays is what is not known.
resource "genesyscloud_oauth_client" "undecided_good_filter" {
  name                  = "undecided good filter"
  authorized_grant_type = "CODE"
  scopes                = [for s in ["recording:session:write", "recordingSession", "users"] : s if contains(var.good, s)]
}

resource "genesyscloud_oauth_client" "undecided_bad_filter" {
  name                  = "undecided bad filter"
  authorized_grant_type = "CODE"
  scopes                = [for s in ["recording:session:write", "recordingSession", "users"] : s if contains(var.bad, s)]
}

resource "genesyscloud_oauth_client" "undecided_good_conditional" {
  name                  = "undecided good conditional"
  authorized_grant_type = "CODE"
  scopes                = var.on ? ["recording:session:write", "recordingSession"] : ["users"]
}

resource "genesyscloud_oauth_client" "undecided_bad_conditional" {
  name                  = "undecided bad conditional"
  authorized_grant_type = "CODE"
  scopes                = var.on ? ["users", "recording:session:write"] : ["recording:session:write", "recordingSession"]
}

# Either way it has what is needed, or what is forbidden.
resource "genesyscloud_oauth_client" "partly_good_conditional" {
  name                  = "partly good conditional"
  authorized_grant_type = "CODE"
  scopes                = var.on ? ["recording:session:write", "recordingSession"] : ["recording:session:write", "recordingSession", "users"]
}

resource "genesyscloud_oauth_client" "partly_bad_conditional" {
  name                  = "partly bad conditional"
  authorized_grant_type = "CODE"
  scopes                = var.on ? ["users", "recording:session:write"] : ["recording:session:write", "users", "recordingSession"]
}

resource "genesyscloud_oauth_client" "undecided_good_branch" {
  name                  = "undecided good branch"
  authorized_grant_type = "CODE"
  scopes                = true ? var.good : ["users"]
}

# The branch that is not taken makes nothing unknown.
resource "genesyscloud_oauth_client" "good_branch" {
  name                  = "good branch"
  authorized_grant_type = "CODE"
  scopes                = false ? var.good : ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_branch" {
  name                  = "bad branch"
  authorized_grant_type = "CODE"
  scopes                = false ? var.good : ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "undecided_good_try" {
  name                  = "undecided good try"
  authorized_grant_type = "CODE"
  scopes                = try(var.good, ["users"])
}

resource "genesyscloud_oauth_client" "undecided_bad_try" {
  name                  = "undecided bad try"
  authorized_grant_type = "CODE"
  scopes                = try(var.bad, ["recording:session:write", "recordingSession"])
}

resource "genesyscloud_oauth_client" "undecided_good_coalescelist" {
  name                  = "undecided good coalescelist"
  authorized_grant_type = "CODE"
  scopes                = coalescelist(var.good, ["users"])
}

resource "genesyscloud_oauth_client" "undecided_bad_coalescelist" {
  name                  = "undecided bad coalescelist"
  authorized_grant_type = "CODE"
  scopes                = coalescelist(var.bad, ["recording:session:write", "recordingSession"])
}

resource "genesyscloud_oauth_client" "undecided_good_setunion" {
  name                  = "undecided good setunion"
  authorized_grant_type = "CODE"
  scopes                = setunion(["recording:session:write"], var.good)
}

resource "genesyscloud_oauth_client" "undecided_bad_setunion" {
  name                  = "undecided bad setunion"
  authorized_grant_type = "CODE"
  scopes                = setunion(["recording:session:write"], var.bad)
}

resource "genesyscloud_oauth_client" "partly_holds_setunion" {
  name                  = "partly holds setunion"
  authorized_grant_type = "CODE"
  scopes                = setunion(["users"], var.good)
}

resource "genesyscloud_oauth_client" "undecided_good_setsubtract" {
  name                  = "undecided good setsubtract"
  authorized_grant_type = "CODE"
  scopes                = setsubtract(["recording:session:write", "recordingSession", "users"], setsubtract(["users"], var.good))
}

resource "genesyscloud_oauth_client" "undecided_bad_setsubtract" {
  name                  = "undecided bad setsubtract"
  authorized_grant_type = "CODE"
  scopes                = setsubtract(["recording:session:write", "recordingSession", "users"], setsubtract(["recordingSession"], var.bad))
}

resource "genesyscloud_oauth_client" "undecided_bad_setintersection" {
  name                  = "undecided bad setintersection"
  authorized_grant_type = "CODE"
  scopes                = setintersection(["recording:session:write", "recordingSession", "users"], var.bad)
}

resource "genesyscloud_oauth_client" "undecided_good_template" {
  name                  = "undecided good template"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "${var.good_member}"]
}

resource "genesyscloud_oauth_client" "undecided_bad_template" {
  name                  = "undecided bad template"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "${var.bad_member}:readonly"]
}

resource "genesyscloud_oauth_client" "undecided_good_function" {
  name                  = "undecided good function"
  authorized_grant_type = "CODE"
  scopes                = distinct(compact(flatten([var.good, ""])))
}

resource "genesyscloud_oauth_client" "undecided_bad_function" {
  name                  = "undecided bad function"
  authorized_grant_type = "CODE"
  scopes                = reverse(sort(var.bad))
}

resource "genesyscloud_oauth_client" "undecided_good_slice" {
  name                  = "undecided good slice"
  authorized_grant_type = "CODE"
  scopes                = slice(concat(["users"], var.good), 1, 3)
}

resource "genesyscloud_oauth_client" "undecided_bad_json" {
  name                  = "undecided bad json"
  authorized_grant_type = "CODE"
  scopes                = jsondecode(jsonencode(var.bad))
}

resource "genesyscloud_oauth_client" "undecided_good_lookup" {
  name                  = "undecided good lookup"
  authorized_grant_type = "CODE"
  scopes                = lookup({ recordingSession = ["recording:session:write", "recordingSession"] }, var.good_member, ["users"])
}

resource "genesyscloud_oauth_client" "undecided_bad_index" {
  name                  = "undecided bad index"
  authorized_grant_type = "CODE"
  scopes                = { recordingSession = ["recording:session:write", "recordingSession"], users = ["users"] }[var.bad_member]
}

resource "genesyscloud_oauth_client" "undecided_good_from_client" {
  name                  = "undecided good from client"
  authorized_grant_type = "CODE"
  scopes                = genesyscloud_oauth_client.undecided_good_direct.scopes
}

resource "genesyscloud_oauth_client" "undecided_bad_splat" {
  name                  = "undecided bad splat"
  authorized_grant_type = "CODE"
  scopes                = var.bad[*]
}

# Instances that are known, with values that are not.
resource "genesyscloud_oauth_client" "each" {
  for_each              = { undecided_good_each = var.good_member, undecided_bad_each = var.bad_member }
  name                  = each.key
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", each.value]
}

module "undecided_good_module" {
  source = "./client"
  scopes = var.good
}

module "undecided_bad_module" {
  source = "./client"
  scopes = var.bad
}

module "partly_holds_module" {
  source = "./client"
  scopes = concat(var.good, ["users"])
}

resource "genesyscloud_oauth_client" "undecided_bad_output" {
  name                  = "undecided bad output"
  authorized_grant_type = "CODE"
  scopes                = module.undecided_bad_module.scopes
}
