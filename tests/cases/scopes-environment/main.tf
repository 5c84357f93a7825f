variable "good_list" {
  type    = list(string)
  default = ["users"]
}

variable "bad_list" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

variable "good_any" {
  type = any
}

variable "bad_any" {
  type = any
}

variable "good_text" {
  type = string
}

variable "bad_text" {
  type = string
}

variable "good_untyped" {}

variable "bad_untyped" {}

variable "lacks_quoted" {
  type = string
}

variable "good_csv" {
  type = string
}

variable "bad_csv" {
  type = string
}

variable "good_literal" {}

variable "bad_literal" {}

variable "good_loses" {
  type = list(string)
}

variable "bad_loses" {
  type = list(string)
}

resource "genesyscloud_oauth_client" "good_list" {
  name                  = "good list"
  authorized_grant_type = "CODE"
  scopes                = var.good_list
}

resource "genesyscloud_oauth_client" "bad_list" {
  name                  = "bad list"
  authorized_grant_type = "CODE"
  scopes                = var.bad_list
}

resource "genesyscloud_oauth_client" "good_any" {
  name                  = "good any"
  authorized_grant_type = "CODE"
  scopes                = var.good_any
}

resource "genesyscloud_oauth_client" "bad_any" {
  name                  = "bad any"
  authorized_grant_type = "CODE"
  scopes                = var.bad_any
}

resource "genesyscloud_oauth_client" "good_text" {
  name                  = "good text"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.good_text]
}

resource "genesyscloud_oauth_client" "bad_text" {
  name                  = "bad text"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.bad_text]
}

resource "genesyscloud_oauth_client" "good_untyped" {
  name                  = "good untyped"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.good_untyped]
}

resource "genesyscloud_oauth_client" "bad_untyped" {
  name                  = "bad untyped"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.bad_untyped]
}

# The quotes are part of the value.
resource "genesyscloud_oauth_client" "lacks_quoted" {
  name                  = "lacks quoted"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.lacks_quoted]
}

resource "genesyscloud_oauth_client" "good_csv" {
  name                  = "good csv"
  authorized_grant_type = "CODE"
  scopes                = split(",", var.good_csv)
}

resource "genesyscloud_oauth_client" "bad_csv" {
  name                  = "bad csv"
  authorized_grant_type = "CODE"
  scopes                = split(",", var.bad_csv)
}

resource "genesyscloud_oauth_client" "good_literal" {
  name                  = "good literal"
  authorized_grant_type = "CODE"
  scopes                = jsondecode(var.good_literal)
}

resource "genesyscloud_oauth_client" "bad_literal" {
  name                  = "bad literal"
  authorized_grant_type = "CODE"
  scopes                = jsondecode(var.bad_literal)
}

resource "genesyscloud_oauth_client" "good_loses" {
  name                  = "good loses"
  authorized_grant_type = "CODE"
  scopes                = var.good_loses
}

resource "genesyscloud_oauth_client" "bad_loses" {
  name                  = "bad loses"
  authorized_grant_type = "CODE"
  scopes                = var.bad_loses
}
