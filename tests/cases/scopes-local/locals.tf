locals {
  write = "recording:session:write"
  good  = [local.write, local.session]
}

locals {
  bad = [local.write, "users"]
  profiles = {
    good = local.good
    bad  = local.bad
    deep = { good = { scopes = local.good }, bad = { scopes = local.bad } }
  }
}
