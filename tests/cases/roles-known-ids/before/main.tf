resource "genesyscloud_auth_role" "good" {
  name = "Known ids, good"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "bad" {
  name = "Known ids, bad"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_auth_role" "changes" {
  name = "Known ids, changes"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}
