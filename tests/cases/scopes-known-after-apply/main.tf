resource "terraform_data" "good" {
  input = "recordingSession"
}

resource "terraform_data" "bad" {
  input = "users"
}

resource "genesyscloud_oauth_client" "late_good_whole" {
  name                  = "late good whole"
  authorized_grant_type = "CODE"
  scopes                = toset(split(",", "recording:session:write,${terraform_data.good.output}"))
}

resource "genesyscloud_oauth_client" "late_bad_whole" {
  name                  = "late bad whole"
  authorized_grant_type = "CODE"
  scopes                = toset(split(",", "recording:session:write,${terraform_data.bad.output}"))
}

resource "genesyscloud_oauth_client" "late_good_member" {
  name                  = "late good member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", terraform_data.good.output]
}

resource "genesyscloud_oauth_client" "late_bad_member" {
  name                  = "late bad member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", terraform_data.bad.output]
}

# What is needed is there, and nobody knows yet what else.
resource "genesyscloud_oauth_client" "late_partly_holds_complete" {
  name                  = "late partly holds complete"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession", terraform_data.bad.output]
}

# What is forbidden is there, whatever the rest is.
resource "genesyscloud_oauth_client" "late_partly_holds_seen" {
  name                  = "late partly holds seen"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users", terraform_data.good.output]
}

# Known, and beside values that are not.
resource "genesyscloud_oauth_client" "good_beside" {
  name                  = "good ${terraform_data.good.output}"
  description           = terraform_data.bad.id
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_beside" {
  name                  = terraform_data.bad.output
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}
