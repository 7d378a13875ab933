# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_key" "billing" {
  kind = "account"
}

resource "ghboot_nats_account" "billing" {
  name       = "billing"
  public_key = ghboot_nats_key.billing.public_key
}
