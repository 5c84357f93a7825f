/* resource "genesyscloud_oauth_client" "bad_commented" {
  name = "bad commented"
} */
resource "genesyscloud_oauth_client" "good_comments" { # one
  /* two */ name         /* three */ = "good comments" // four
  authorized_grant_type = "CODE"
  scopes = [ /* "users", */ "recording:session:write",
    // "users",
    "recordingSession",
    # "users"
  ]
}
resource genesyscloud_oauth_client bad_unquoted {
authorized_grant_type="CODE"
name="bad unquoted"
scopes=["recording:session:write","users",]
}

resource "genesyscloud_oauth_client" "good_meta" {
  name                  = "good meta"
  authorized_grant_type = "CODE"
  provider              = genesyscloud
  depends_on            = [terraform_data.other]
  scopes                = (["recording:session:write", ("recordingSession")])

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [description]
    precondition {
      condition     = length(terraform_data.other.input) == 1
      error_message = "never"
    }
  }
}

resource "terraform_data" "other" {
  input = { scopes = ["users"] }
}

check "nothing" {
  assert {
    condition     = length(terraform_data.other.input) == 1
    error_message = "never"
  }
}

moved {
  from = genesyscloud_oauth_client.old
  to   = genesyscloud_oauth_client.good_meta
}
