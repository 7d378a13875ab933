# SPDX-License-Identifier: Apache-2.0
# An operator, its system account and an account, signed for servers that do not exist yet: nobody is asked, and the
# configuration of such servers is an output. The seeds, and the creds of both users, are in the store.
resource "ghboot_nats_key" "operator" {
  kind = "operator"
}

resource "ghboot_nats_account" "system" {
  name     = "SYS"
  push     = "none"
  operator = ghboot_nats_key.operator.public_key
}

resource "ghboot_nats_account" "acme" {
  name     = "acme"
  push     = "none"
  operator = ghboot_nats_key.operator.public_key
  limits   = { connections = 100 }
}

resource "ghboot_nats_user" "admin" {
  account     = ghboot_nats_account.system.public_key
  account_jwt = ghboot_nats_account.system.jwt
  name        = "admin"
}

resource "ghboot_nats_user" "service" {
  account     = ghboot_nats_account.acme.public_key
  account_jwt = ghboot_nats_account.acme.jwt
  name        = "service"
}

# For servers whose accounts are these alone, and change with their configuration. Servers that shall take pushes later
# have a full resolver, which wants an operator's JWT: `ghboot operator init` makes one.
output "server_config" {
  value = <<-EOT
    trusted_keys: [${ghboot_nats_key.operator.public_key}]
    system_account: ${ghboot_nats_account.system.public_key}
    resolver: MEMORY
    resolver_preload: {
      ${ghboot_nats_account.system.public_key}: ${ghboot_nats_account.system.jwt}
      ${ghboot_nats_account.acme.public_key}: ${ghboot_nats_account.acme.jwt}
    }
  EOT
}
