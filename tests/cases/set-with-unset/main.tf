variable "good" {
  type = string
}

variable "bad" {
  type = string
}

module "undecided_good_member" {
  source = "./client"
  name   = "member"
  scopes = ["recording:session:write", var.good]
}

module "undecided_bad_member" {
  source = "./client"
  name   = "other member"
  scopes = ["recording:session:write", "x-${var.bad}", var.bad]
}

module "undecided_bad_beside" {
  source = "./client"
  name   = "beside"
  scopes = ["users", var.bad]
}

module "good_literal" {
  source = "./client"
  name   = "literal"
  scopes = ["recording:session:write", "recordingSession"]
}

module "bad_literal" {
  source = "./client"
  name   = "other literal"
  scopes = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "good_function" {
  name                  = "function"
  authorized_grant_type = "CODE"
  scopes                = split("/", strrev("noisseSgnidrocer/etirw:noisses:gnidrocer"))
}
