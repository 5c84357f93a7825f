removed {
  from = genesyscloud_oauth_client.bad_forgotten

  lifecycle {
    destroy = false
  }
}
