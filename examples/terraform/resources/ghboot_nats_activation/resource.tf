# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_account" "orders" {
  name = "orders"
}

resource "ghboot_nats_account" "billing" {
  name = "billing"
}

# Billing may import the stream of new orders.
resource "ghboot_nats_activation" "billing" {
  account  = ghboot_nats_account.orders.public_key
  importer = ghboot_nats_account.billing.public_key
  subject  = "orders.new.>"
  kind     = "stream"
}
