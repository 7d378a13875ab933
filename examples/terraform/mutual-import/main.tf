# SPDX-License-Identifier: Apache-2.0
# Two teams that take from each other, made in one apply: the keys come first, so that each account can name the other.
resource "ghboot_nats_key" "team" {
  for_each = toset(["orders", "billing"])
  kind     = "account"
}

resource "ghboot_nats_account" "orders" {
  name       = "orders"
  public_key = ghboot_nats_key.team["orders"].public_key
  exports    = [{ subject = "orders.>", kind = "stream" }]
  imports    = [{ subject = "bills.>", kind = "stream", account = ghboot_nats_key.team["billing"].public_key }]
}

resource "ghboot_nats_account" "billing" {
  name       = "billing"
  public_key = ghboot_nats_key.team["billing"].public_key
  exports    = [{ subject = "bills.>", kind = "stream" }]
  imports    = [{ subject = "orders.>", kind = "stream", account = ghboot_nats_key.team["orders"].public_key }]
}
