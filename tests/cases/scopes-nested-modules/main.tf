module "good_outer" {
  source = "./outer"
  scopes = ["recordingSession"]
}

module "bad_outer" {
  source = "./outer"
  scopes = ["users"]
}

module "teams" {
  source   = "./outer"
  for_each = { good_team = "recordingSession", bad_team = "users" }
  scopes   = [each.value]
}

module "counted" {
  source = "./counted"
}
