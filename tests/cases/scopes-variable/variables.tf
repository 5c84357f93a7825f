variable "good" {
  type    = list(string)
  default = ["recording:session:write", "recordingSession"]
}

variable "bad" {
  type    = list(string)
  default = ["recording:session:write", "users"]
}

variable "good_set" {
  type    = set(string)
  default = ["recordingSession", "recording:session:write", "recordingSession"]
}

variable "bad_set" {
  type    = set(string)
  default = ["users", "users"]
}

variable "good_untyped" {
  default = ["recording:session:write", "recordingSession"]
}

variable "bad_untyped" {
  default = ["recording:session:write", "users"]
}

variable "good_tuple" {
  type    = tuple([string, string])
  default = ["recording:session:write", "recordingSession"]
}

variable "bad_tuple" {
  type    = tuple([string, string])
  default = ["recording:session:write", "users"]
}

variable "good_text" {
  type    = string
  default = "recordingSession"
}

variable "bad_text" {
  type    = string
  default = "users"
}

variable "profiles" {
  type = map(list(string))
  default = {
    good = ["recording:session:write", "recordingSession"]
    bad  = ["recording:session:write", "users"]
  }
}

variable "client" {
  type = object({
    good  = optional(list(string), ["recording:session:write", "recordingSession"])
    bad   = optional(list(string), ["recording:session:write", "users"])
    extra = list(string)
    none  = optional(list(string))
  })
  default = {
    extra = ["recordingSession"]
  }
}

variable "nothing" {
  type    = list(string)
  default = null
}

variable "empty" {
  type    = list(string)
  default = []
}

variable "grant_type" {
  type    = string
  default = "CODE"
}
