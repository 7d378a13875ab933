# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_account" "billing" {
  name = "billing"
}

data "ghboot_nats_account" "billing" {
  public_key = ghboot_nats_account.billing.public_key
}

locals {
  decoded = provider::ghboot::jwt_decode(data.ghboot_nats_account.billing.jwt)
}

output "issuer" {
  value = local.decoded.issuer
}

output "connections" {
  value = jsondecode(local.decoded.claims).nats.limits.conn
}
