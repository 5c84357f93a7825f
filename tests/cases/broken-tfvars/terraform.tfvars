scopes = ["users"
