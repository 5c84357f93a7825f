variable "tfvars_good" {
  type    = list(string)
  default = ["users"]
}

variable "tfvars_bad" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

variable "json_good" {
  type    = list(string)
  default = ["users"]
}

variable "json_bad" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

variable "auto_good" {
  type    = list(string)
  default = ["users"]
}

variable "auto_bad" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

variable "auto_json_good" {
  type    = list(string)
  default = ["users"]
}

variable "auto_json_bad" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

variable "required_good" {
  type = list(string)
}

variable "required_bad" {
  type = list(string)
}

variable "text_good" {
  type    = string
  default = "users"
}

variable "text_bad" {
  type    = string
  default = "recordingSession"
}

resource "genesyscloud_oauth_client" "good_tfvars" {
  name                  = "good tfvars"
  authorized_grant_type = "CODE"
  scopes                = var.tfvars_good
}

resource "genesyscloud_oauth_client" "bad_tfvars" {
  name                  = "bad tfvars"
  authorized_grant_type = "CODE"
  scopes                = var.tfvars_bad
}

resource "genesyscloud_oauth_client" "good_json" {
  name                  = "good json"
  authorized_grant_type = "CODE"
  scopes                = var.json_good
}

resource "genesyscloud_oauth_client" "bad_json" {
  name                  = "bad json"
  authorized_grant_type = "CODE"
  scopes                = var.json_bad
}

resource "genesyscloud_oauth_client" "good_auto" {
  name                  = "good auto"
  authorized_grant_type = "CODE"
  scopes                = var.auto_good
}

resource "genesyscloud_oauth_client" "bad_auto" {
  name                  = "bad auto"
  authorized_grant_type = "CODE"
  scopes                = var.auto_bad
}

resource "genesyscloud_oauth_client" "good_auto_json" {
  name                  = "good auto json"
  authorized_grant_type = "CODE"
  scopes                = var.auto_json_good
}

resource "genesyscloud_oauth_client" "bad_auto_json" {
  name                  = "bad auto json"
  authorized_grant_type = "CODE"
  scopes                = var.auto_json_bad
}

resource "genesyscloud_oauth_client" "good_required" {
  name                  = "good required"
  authorized_grant_type = "CODE"
  scopes                = var.required_good
}

resource "genesyscloud_oauth_client" "bad_required" {
  name                  = "bad required"
  authorized_grant_type = "CODE"
  scopes                = var.required_bad
}

resource "genesyscloud_oauth_client" "good_text" {
  name                  = "good text"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.text_good]
}

resource "genesyscloud_oauth_client" "bad_text" {
  name                  = "bad text"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", var.text_bad]
}
