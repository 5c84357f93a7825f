last = "users"
