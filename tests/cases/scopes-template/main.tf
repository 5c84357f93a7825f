variable "prefix" {
  type    = string
  default = "recording"
}

variable "action" {
  type    = string
  default = "write"
}

variable "number" {
  type    = number
  default = 2
}

resource "genesyscloud_oauth_client" "good_interpolated" {
  name                  = "good ${var.prefix} ${var.number}"
  authorized_grant_type = "CODE"
  scopes                = ["${var.prefix}:session:${var.action}", "${var.prefix}Session"]
}

resource "genesyscloud_oauth_client" "bad_interpolated" {
  name                  = "bad ${var.prefix} ${1 + 1}"
  authorized_grant_type = "CODE"
  scopes                = ["${var.prefix}:session:${var.action}", "us${"e"}rs"]
}

resource "genesyscloud_oauth_client" "good_directive" {
  name                  = "good directive"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "%{if var.action == "write"}recordingSession%{else}users%{endif}"]
}

resource "genesyscloud_oauth_client" "bad_directive" {
  name                  = "bad directive"
  authorized_grant_type = "CODE"
  scopes                = ["%{for s in ["us", "ers"]}${s}%{endfor}"]
}

resource "genesyscloud_oauth_client" "lacks_escaped" {
  name                  = "lacks escaped"
  authorized_grant_type = "CODE"
  scopes                = ["$${var.prefix}Session", "recording%%{if true}Session%%{endif}", "tab\tand \"quote\" \\ ünï"]
}

resource "genesyscloud_oauth_client" "good_escape" {
  name                  = "good escape"
  authorized_grant_type = "CODE"
  scopes                = ["recording\u003asession:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_escape" {
  name                  = "bad escape"
  authorized_grant_type = "CODE"
  scopes                = ["\u0075sers", "recording:session:write"]
}

resource "genesyscloud_oauth_client" "good_null_part" {
  name                  = "good null part"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "${"recording"}${"Session"}"]
}
