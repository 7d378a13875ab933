# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_account" "github_org" {
  name        = "acme"
  description = "Events of acme's repositories"
  tags        = ["github"]
  limits = {
    connections = 100
    jetstream   = { disk_storage = 10737418240 }
  }
  # For users without permissions of their own.
  default_permissions = {
    publish = { allow = ["github.>", "_INBOX.>"] }
  }
}
