# SPDX-License-Identifier: Apache-2.0
# The signing keys that the account lists, and the one that signs. A rotation is two applies:
#   1. listed = ["2026", "2027"], signer = "2027": both are taken, users get creds of the new one;
#   2. listed = ["2027"]: the old one goes, when every user has its new creds.
variable "listed" {
  type    = set(string)
  default = ["2026"]
}

variable "signer" {
  type    = string
  default = "2026"
}

resource "ghboot_nats_key" "signing" {
  for_each = var.listed
  kind     = "account"
}

resource "ghboot_nats_account" "orders" {
  name         = "orders"
  signing_keys = [for key in ghboot_nats_key.signing : { public_key = key.public_key }]
}

resource "ghboot_nats_user" "service" {
  account     = ghboot_nats_account.orders.public_key
  name        = "service"
  signing_key = ghboot_nats_key.signing[var.signer].public_key
}
