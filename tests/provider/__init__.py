"""Output of the real provider: plans, states, exports and requests of version 1.81.0.

`recorded/` was made with Terraform 1.11.4 and the mock as the platform, from the root module in
that folder (`main.tf`, `recorder/`): 6 clients, 4 roles (one adopted by `default_role_id`, one with
a wildcard, two in a module), a division, a credential and a user's role. Plans, states, exports,
schema and requests are as the provider made them; the answers in `transcripts/` are the mock's, and
so are the secrets.
"""
