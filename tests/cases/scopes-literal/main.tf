resource "genesyscloud_oauth_client" "good_code" {
  name                  = "good code"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_code" {
  name                  = "bad code"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

resource "genesyscloud_oauth_client" "lacks_code" {
  name                  = "lacks code"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write"]
}

resource "genesyscloud_oauth_client" "holds_code" {
  name                  = "holds code"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession", "authorization:readonly"]
}

resource "genesyscloud_oauth_client" "good_token" {
  name                  = "good token"
  authorized_grant_type = "TOKEN"
  scopes = [
    "recordingSession",
    # Another scope, that neither rule is about.
    "conversations:readonly",
    "recording:session:write",
  ]
}

resource "genesyscloud_oauth_client" "bad_token" {
  name                  = "bad token"
  authorized_grant_type = "TOKEN"
  scopes = [
    "conversations:readonly",
    # "recordingSession",
    "recording:session:write",
    "users:readonly", # what is forbidden, by its own name
  ]
}

resource "genesyscloud_oauth_client" "good_saml" {
  name                  = "good saml"
  authorized_grant_type = "SAML2-BEARER"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_saml" {
  name                  = "bad saml"
  authorized_grant_type = "SAML2BEARER"
  scopes                = ["recordingSession", "users"]
}

resource "genesyscloud_oauth_client" "good_password" {
  name                  = "good password"
  authorized_grant_type = "PASSWORD"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_password" {
  name                  = "bad password"
  authorized_grant_type = "PASSWORD"
  scopes                = ["authorization"]
}

# Reading is part of writing, not the reverse.
resource "genesyscloud_oauth_client" "lacks_readonly" {
  name                  = "lacks readonly"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write:readonly", "recordingSession:readonly"]
}

# Scopes are compared letter by letter, and as a whole.
resource "genesyscloud_oauth_client" "lacks_spelling" {
  name                  = "lacks spelling"
  authorized_grant_type = "CODE"
  scopes                = ["Recording:Session:Write", "recordingsession", "recordingSessions", "users2", " recordingSession"]
}

resource "genesyscloud_oauth_client" "lacks_wildcard" {
  name                  = "lacks wildcard"
  authorized_grant_type = "CODE"
  scopes                = ["*", "recording:*"]
}

resource "genesyscloud_oauth_client" "lacks_empty" {
  name                  = "lacks empty"
  authorized_grant_type = "CODE"
  scopes                = []
}

resource "genesyscloud_oauth_client" "lacks_null" {
  name                  = "lacks null"
  authorized_grant_type = "CODE"
  scopes                = null
}

resource "genesyscloud_oauth_client" "lacks_absent" {
  name                  = "lacks absent"
  authorized_grant_type = "CODE"
}
