# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_account" "github_org" {
  name = "acme"
  limits = {
    jetstream = {
      disk_storage   = 10737418240
      memory_storage = 0
    }
  }
}

resource "ghboot_nats_user" "bus" {
  account = ghboot_nats_account.github_org.public_key
  name    = "bus"
}

resource "ghboot_event_bus" "acme" {
  account         = ghboot_nats_account.github_org.public_key
  user            = ghboot_nats_user.bus.public_key
  organization    = "acme"
  organization_id = 9919
}

# The files of acme/.github, made from the templates beside this file.
resource "ghboot_regeneration" "github" {
  organization = ghboot_event_bus.acme.organization
  user         = ghboot_nats_user.bus.public_key

  render = {
    source    = "${path.module}/templates"
    variables = { github_org = "acme" }
  }
}
