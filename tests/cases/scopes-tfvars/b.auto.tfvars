auto_good = ["recording:session:write", "recordingSession"]
auto_bad  = ["recording:session:write", "users"]
