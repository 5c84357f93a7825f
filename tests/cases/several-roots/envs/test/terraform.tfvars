scope = "users"
