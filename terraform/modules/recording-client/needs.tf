# What each use needs, and nothing more. The project's tests hold these lists against the contracts
# of the same names in toolkit/contracts.
locals {
  needs = {
    "recording-session" = {
      scopes      = ["recording:session:write", "recordingSession"]
      permissions = [{ domain = "recording", entity = "session", action = "write" }]
    }
    "call-recording" = {
      scopes      = ["conversations"]
      permissions = [{ domain = "conversation", entity = "call", action = "record" }]
    }
  }
}
