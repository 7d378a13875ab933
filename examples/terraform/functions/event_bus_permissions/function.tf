# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_key" "role" {
  for_each = toset(["manager", "receiver", "regenerator", "reader"])
  kind     = "account"
}

# A signing key for each role: a user that one signs may do what its role needs, and no more.
resource "ghboot_nats_account" "github_org" {
  name   = "acme"
  limits = { jetstream = { disk_storage = 10737418240 } }
  signing_keys = [for role, key in ghboot_nats_key.role : {
    public_key = key.public_key
    role       = role
    template   = { permissions = provider::ghboot::event_bus_permissions(role, "acme", null) }
  }]
}

resource "ghboot_nats_user" "receiver" {
  account     = ghboot_nats_account.github_org.public_key
  name        = "receiver"
  signing_key = ghboot_nats_key.role["receiver"].public_key
}
