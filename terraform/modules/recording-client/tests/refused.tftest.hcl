# What the module refuses, before anything is made.

mock_provider "genesyscloud" {}

variables {
  name = "recording-service"
}

run "a_name_of_blanks" {
  command = plan
  variables {
    name = " "
  }
  expect_failures = [var.name]
}

run "a_use_that_it_does_not_know" {
  command = plan
  variables {
    uses = ["recording-session", "screen-recording"]
  }
  expect_failures = [var.uses]
}

run "no_use_at_all" {
  command = plan
  variables {
    uses = []
  }
  expect_failures = [var.uses]
}

run "a_grant_type_in_small_letters" {
  command = plan
  variables {
    grant_type = "code"
  }
  expect_failures = [var.grant_type]
}

run "a_redirect_that_can_be_read_on_the_way" {
  command = plan
  variables {
    grant_type    = "CODE"
    redirect_uris = ["http://desk.example.com/callback"]
  }
  expect_failures = [var.redirect_uris]
}

run "a_host_that_only_begins_like_this_machine" {
  command = plan
  variables {
    grant_type    = "CODE"
    redirect_uris = ["http://localhost.example.com/callback"]
  }
  expect_failures = [var.redirect_uris]
}

run "a_log_in_that_leads_nowhere" {
  command = plan
  variables {
    grant_type = "CODE"
  }
  expect_failures = [genesyscloud_oauth_client.person]
}

run "a_division_for_a_person" {
  command = plan
  variables {
    grant_type  = "PASSWORD"
    division_id = "*"
  }
  expect_failures = [genesyscloud_oauth_client.person]
}

run "a_redirect_where_nobody_logs_in" {
  command = plan
  variables {
    redirect_uris = ["https://desk.example.com/callback"]
  }
  expect_failures = [genesyscloud_oauth_client.service]
}

run "a_division_without_an_id" {
  command = plan
  variables {
    division_id = ""
  }
  expect_failures = [var.division_id]
}

run "a_token_that_lives_longer_than_a_day" {
  command = plan
  variables {
    access_token_validity_seconds = 86401
  }
  expect_failures = [var.access_token_validity_seconds]
}

run "a_token_that_lives_too_short" {
  command = plan
  variables {
    access_token_validity_seconds = 299
  }
  expect_failures = [var.access_token_validity_seconds]
}
