resource "terraform_data" "good" {
  input = "recordingSession"
}

resource "terraform_data" "bad" {
  input = "users"
}

resource "genesyscloud_oauth_client" "late_bad_changes" {
  name                  = "late bad changes"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", terraform_data.bad.output]
}

resource "genesyscloud_oauth_client" "late_good_changes" {
  name                  = "late good changes"
  authorized_grant_type = "CODE"
  scopes                = toset(split(",", "recording:session:write,${terraform_data.good.output}"))
}
