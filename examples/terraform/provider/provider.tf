# SPDX-License-Identifier: Apache-2.0
terraform {
  required_providers {
    ghboot = { source = "ghboot/ghboot" }
  }
}

provider "ghboot" {
  nats = {
    servers            = ["nats://127.0.0.1:4222"]
    operator_seed_file = "operator.nk" # of the operator, or of one of its signing keys
    system_creds_file  = "system.creds"
  }
}
