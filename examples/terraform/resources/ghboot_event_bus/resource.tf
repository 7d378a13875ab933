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

# Makes and changes the streams; programs have a role each: see `event_bus_permissions`.
resource "ghboot_nats_user" "bus" {
  account = ghboot_nats_account.github_org.public_key
  name    = "bus"
}

resource "ghboot_event_bus" "acme" {
  account         = ghboot_nats_account.github_org.public_key
  user            = ghboot_nats_user.bus.public_key
  organization    = "acme"
  organization_id = 9919 # Without it GitHub is asked.

  events_max_age = "336h"
}
