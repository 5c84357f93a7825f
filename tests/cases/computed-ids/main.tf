resource "genesyscloud_auth_role" "good" {
  name = "Computed ids, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

data "genesyscloud_auth_division_home" "home" {}

resource "genesyscloud_oauth_client" "late_lacks_setunion" {
  name                  = "late lacks setunion"
  authorized_grant_type = "CODE"
  scopes                = setunion(["recording:session:write"], [genesyscloud_auth_role.good.id])
}

resource "genesyscloud_oauth_client" "late_partly_bad_setunion" {
  name                  = "late partly bad setunion"
  authorized_grant_type = "CODE"
  scopes                = setunion(["users", "recording:session:write"], [genesyscloud_auth_role.good.id, "recordingSession:readonly"])
}

resource "genesyscloud_oauth_client" "late_lacks_member" {
  name                  = "late lacks member"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", genesyscloud_auth_role.good.id]
}

resource "genesyscloud_oauth_client" "late_lacks_template" {
  name                  = "late lacks template"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "x:${genesyscloud_auth_role.good.id}"]
}

resource "genesyscloud_oauth_client" "late_lacks_join" {
  name                  = "late lacks join"
  authorized_grant_type = "CODE"
  scopes                = split(",", join(",", ["recording:session:write", genesyscloud_auth_role.good.id]))
}

resource "genesyscloud_oauth_client" "late_lacks_replace" {
  name                  = "late lacks replace"
  authorized_grant_type = "CODE"
  scopes                = [replace(genesyscloud_auth_role.good.id, "-", ":"), substr(genesyscloud_auth_role.good.id, 0, 8), upper(genesyscloud_auth_role.good.id)]
}

# The made-up id differs from this one; so may the real one not.
resource "genesyscloud_oauth_client" "late_good_compared" {
  name                  = "late good compared"
  authorized_grant_type = "CODE"
  scopes                = genesyscloud_auth_role.good.id != "0" ? ["recording:session:write", "recordingSession"] : ["users"]
}

resource "genesyscloud_oauth_client" "late_bad_length" {
  name                  = "late bad length"
  authorized_grant_type = "CODE"
  scopes                = length(genesyscloud_auth_role.good.id) == 36 ? ["users"] : ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "late_lacks_client_id" {
  name                  = "late lacks client id"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", genesyscloud_oauth_client.good_name.client_id]
}

resource "genesyscloud_oauth_client" "good_name" {
  name                  = "for ${genesyscloud_auth_role.good.id}"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}

resource "genesyscloud_oauth_client" "bad_name" {
  name                  = genesyscloud_auth_role.good.id
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "users"]
}

# Read while planning, and an id that is written out is one.
resource "genesyscloud_oauth_client" "undecided_lacks_data" {
  name                  = "undecided lacks data"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", data.genesyscloud_auth_division_home.home.id]
}

resource "genesyscloud_oauth_client" "lacks_literal_uuid" {
  name                  = "lacks literal uuid"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "0b4d6c5e-8a3f-4f0e-9d57-2f1c6a7b8e90"]
}
