tfvars_good = ["users"]
tfvars_bad  = ["recording:session:write", "recordingSession"]
