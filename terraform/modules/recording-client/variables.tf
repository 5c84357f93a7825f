variable "name" {
  description = "The client's name. A policy may look at clients by their names: the shipped one looks for \"record\"."
  type        = string

  validation {
    condition     = trimspace(var.name) != ""
    error_message = "The client needs a name."
  }
}

variable "description" {
  description = "What the client is for, as the organisation's administrators will read it."
  type        = string
  default     = "Controls recordings."
}

variable "uses" {
  description = "What the client does: recording-session starts recording sessions, call-recording starts and stops the recording of calls."
  type        = set(string)
  default     = ["recording-session"]

  validation {
    condition     = length(var.uses) > 0 && length(setsubtract(var.uses, ["recording-session", "call-recording"])) == 0
    error_message = "Name at least one of recording-session and call-recording, and nothing else."
  }
}

variable "grant_type" {
  description = "CLIENT-CREDENTIALS for a service that logs in by itself; CODE, TOKEN, SAML2-BEARER or PASSWORD where a person logs in."
  type        = string
  default     = "CLIENT-CREDENTIALS"

  validation {
    condition     = contains(["CLIENT-CREDENTIALS", "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD"], var.grant_type)
    error_message = "One of CLIENT-CREDENTIALS, CODE, TOKEN, SAML2-BEARER and PASSWORD, in capitals."
  }
}

variable "division_id" {
  description = "Where a CLIENT-CREDENTIALS client may do it: the id of a division, * for all, or null for the home division."
  type        = string
  default     = null

  validation {
    condition     = try(trimspace(var.division_id) != "", true)
    error_message = "The id of a division, * for all of them, or null for the home division."
  }
}

variable "role_name" {
  description = "The name of the role that a CLIENT-CREDENTIALS client gets. Null names it after the client. Names of roles are unique in an organisation."
  type        = string
  default     = null
}

variable "redirect_uris" {
  description = "Where the log-in page sends the browser back to. CODE and TOKEN need at least one."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for uri in var.redirect_uris : can(regex("^(https://|http://(localhost|127\\.0\\.0\\.1)([:/]|$))", uri))])
    error_message = "Each is an https:// URI; http:// is for localhost only, as the code in it could be read on the way."
  }
}

variable "access_token_validity_seconds" {
  description = "How long a token lives, in seconds. A token that leaks can be used that long."
  type        = number
  default     = 3600

  validation {
    condition     = var.access_token_validity_seconds >= 300 && var.access_token_validity_seconds <= 86400 && floor(var.access_token_validity_seconds) == var.access_token_validity_seconds
    error_message = "A whole number of seconds from 300 (five minutes) to 86400 (a day)."
  }
}

variable "active" {
  description = "False keeps the client and refuses its log-ins."
  type        = bool
  default     = true
}

variable "expose_client_secret" {
  description = "True writes the client's secret into the state, from where the output client_secret gives it. Whoever can read the state can then be the client."
  type        = bool
  default     = false
}
