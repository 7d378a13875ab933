# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_account" "github_org" {
  name = "acme"
}

resource "ghboot_nats_user" "publisher" {
  account = ghboot_nats_account.github_org.public_key
  name    = "publisher"
  permissions = {
    publish   = { allow = ["github.acme.>"] }
    subscribe = { allow = ["_INBOX.>"] }
  }
}
