good      = ["users"]
bad       = ["recording:session:write", "recordingSession"]
file_good = ["users"]
file_bad  = ["recording:session:write", "recordingSession"]
