# SPDX-License-Identifier: Apache-2.0
data "ghboot_regeneration_lock" "acme" {
  organization = "acme"
}

output "regeneration" {
  value = (
    data.ghboot_regeneration_lock.acme.state == "free" ? "nobody regenerates" :
    "${data.ghboot_regeneration_lock.acme.holder} regenerates, for ${data.ghboot_regeneration_lock.acme.reason}"
  )
}
