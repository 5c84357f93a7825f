variable "north" {
  type    = string
  default = "8c7b6a5d-0000-4000-8000-000000000001"
}

locals {
  south = "8c7b6a5d-0000-4000-8000-000000000002"
}

data "genesyscloud_auth_division_home" "home" {}

resource "genesyscloud_auth_role" "write" {
  name = "Divisions, write"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}

resource "genesyscloud_auth_role" "view" {
  name = "Divisions, view"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["view"]
  }
}

resource "genesyscloud_auth_role" "delete" {
  name = "Divisions, delete"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["delete"]
  }
}

resource "genesyscloud_oauth_client" "good_one_division" {
  name                  = "good one division"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = genesyscloud_auth_role.write.id
    division_id = var.north
  }
  roles {
    role_id     = genesyscloud_auth_role.view.id
    division_id = "8c7b6a5d-0000-4000-8000-000000000001"
  }
}

resource "genesyscloud_oauth_client" "lacks_two_divisions" {
  name                  = "lacks two divisions"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = genesyscloud_auth_role.write.id
    division_id = var.north
  }
  roles {
    role_id     = genesyscloud_auth_role.view.id
    division_id = local.south
  }
}

resource "genesyscloud_oauth_client" "good_home" {
  name                  = "good home"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.write.id
  }
  roles {
    role_id = genesyscloud_auth_role.view.id
  }
}

resource "genesyscloud_oauth_client" "good_everywhere" {
  name                  = "good everywhere"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = genesyscloud_auth_role.write.id
    division_id = "*"
  }
  roles {
    role_id     = genesyscloud_auth_role.view.id
    division_id = local.south
  }
}

resource "genesyscloud_oauth_client" "bad_elsewhere" {
  name                  = "bad elsewhere"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = genesyscloud_auth_role.delete.id
    division_id = local.south
  }
  roles {
    role_id = genesyscloud_auth_role.view.id
  }
}

# Home by its id, which HCL does not know, and by leaving it out.
resource "genesyscloud_oauth_client" "home_by_id" {
  name                  = "home by id"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = genesyscloud_auth_role.write.id
    division_id = data.genesyscloud_auth_division_home.home.id
  }
  roles {
    role_id = genesyscloud_auth_role.view.id
  }
}
