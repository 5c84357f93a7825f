# terraform test, in the module's folder. The provider is mocked: no organisation is asked.

mock_provider "genesyscloud" {}

variables {
  name = "recording-service"
}

run "a_service_gets_a_role_and_no_scopes" {
  command = plan

  assert {
    condition     = output.permissions == toset(["recording:session:write"]) && length(output.scopes) == 0
    error_message = "A client that logs in by itself holds the one permission, and no scopes."
  }
  assert {
    condition     = genesyscloud_auth_role.this[0].name == "recording-service" && length(genesyscloud_oauth_client.person) == 0
    error_message = "It has one role, named after it."
  }
  assert {
    condition     = output.client_secret == null && !genesyscloud_oauth_client.service[0].expose_client_secret
    error_message = "Its secret is in no output, and the provider is not told to store it."
  }
}

run "the_client_holds_that_role_in_its_division" {
  variables {
    division_id = "*"
    role_name   = "Recorders"
    uses        = ["recording-session", "call-recording"]
  }

  assert {
    condition     = [for role in genesyscloud_oauth_client.service[0].roles : role] == [{ role_id = output.role_id, division_id = "*" }]
    error_message = "The client holds its role, and no other, in all divisions."
  }
  assert {
    condition     = output.permissions == toset(["recording:session:write", "conversation:call:record"])
    error_message = "Both uses need one permission each."
  }
  assert {
    condition     = genesyscloud_auth_role.this[0].name == "Recorders" && output.client_id == genesyscloud_oauth_client.service[0].client_id
    error_message = "The role has the name that it was given, and the output is the client's."
  }
}

run "a_person_gets_scopes_and_no_role" {
  command = plan

  variables {
    grant_type    = "CODE"
    redirect_uris = ["https://desk.example.com/callback"]
    uses          = ["call-recording"]
  }

  assert {
    condition     = genesyscloud_oauth_client.person[0].scopes == toset(["conversations"]) && output.scopes == toset(["conversations"])
    error_message = "The recording of calls needs one scope."
  }
  assert {
    condition     = length(genesyscloud_auth_role.this) == 0 && length(genesyscloud_oauth_client.service) == 0 && output.role_id == null
    error_message = "What the person may do is decided by the person's own roles."
  }
}

run "a_client_can_be_switched_off" {
  command = plan

  variables {
    active = false
  }

  assert {
    condition     = genesyscloud_oauth_client.service[0].state == "inactive"
    error_message = "It is kept, and refuses log-ins."
  }
}

run "the_secret_is_given_out_when_asked" {
  variables {
    expose_client_secret = true
  }

  assert {
    condition     = output.client_secret == genesyscloud_oauth_client.service[0].client_secret && output.client_secret != null
    error_message = "expose_client_secret makes the secret an output."
  }
}
