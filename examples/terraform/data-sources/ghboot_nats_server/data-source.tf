# SPDX-License-Identifier: Apache-2.0
data "ghboot_nats_server" "this" {}

output "versions" {
  value = { for server in data.ghboot_nats_server.this.servers : server.id => server.version }
}
