# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_account" "github_org" {
  name = "acme"
}

data "ghboot_nats_account" "github_org" {
  public_key = ghboot_nats_account.github_org.public_key
}

output "exports" {
  value = lookup(jsondecode(data.ghboot_nats_account.github_org.claims).nats, "exports", [])
}
