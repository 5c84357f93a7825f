resource "genesyscloud_oauth_client" "late_lacks_generated" {
  name                  = "late lacks generated"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", uuid()]
}

resource "genesyscloud_oauth_client" "late_lacks_timestamp" {
  name                  = "late lacks timestamp"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", timestamp()]
}

# Made of its input alone, so it is always the same.
resource "genesyscloud_oauth_client" "lacks_hashed" {
  name                  = "lacks hashed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", uuidv5("dns", "example.com"), md5("users")]
}

resource "genesyscloud_oauth_client" "good_hashed" {
  name                  = "good hashed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", md5("x") == md5("x") ? "recordingSession" : "users"]
}

resource "genesyscloud_oauth_client" "bad_hashed" {
  name                  = "bad hashed"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", sha256("x") == md5("x") ? "recordingSession" : base64decode("dXNlcnM=")]
}
