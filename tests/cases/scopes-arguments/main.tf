variable "good" {
  type = list(string)
}

variable "bad" {
  type = list(string)
}

variable "file_good" {
  type = list(string)
}

variable "file_bad" {
  type = list(string)
}

variable "last_good" {
  type = list(string)
}

variable "last_bad" {
  type = list(string)
}

variable "text_good" {
  type = string
}

variable "text_bad" {
  type = string
}

variable "equals_good" {
  type = string
}

variable "equals_bad" {
  type = string
}

resource "genesyscloud_oauth_client" "good_var" {
  name                  = "good var"
  authorized_grant_type = "CODE"
  scopes                = var.good
}

resource "genesyscloud_oauth_client" "bad_var" {
  name                  = "bad var"
  authorized_grant_type = "CODE"
  scopes                = var.bad
}

resource "genesyscloud_oauth_client" "good_file" {
  name                  = "good file"
  authorized_grant_type = "CODE"
  scopes                = var.file_good
}

resource "genesyscloud_oauth_client" "bad_file" {
  name                  = "bad file"
  authorized_grant_type = "CODE"
  scopes                = var.file_bad
}

resource "genesyscloud_oauth_client" "good_last" {
  name                  = "good last"
  authorized_grant_type = "CODE"
  scopes                = var.last_good
}

resource "genesyscloud_oauth_client" "bad_last" {
  name                  = "bad last"
  authorized_grant_type = "CODE"
  scopes                = var.last_bad
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

resource "genesyscloud_oauth_client" "good_equals" {
  name                  = "good equals"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", trimprefix(var.equals_good, "a=")]
}

resource "genesyscloud_oauth_client" "bad_equals" {
  name                  = "bad equals"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", trimprefix(var.equals_bad, "a=")]
}
