good_loses = ["recording:session:write", "recordingSession"]
bad_loses  = ["recording:session:write", "users"]
