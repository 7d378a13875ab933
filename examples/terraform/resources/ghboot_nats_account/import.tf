# SPDX-License-Identifier: Apache-2.0
# By the account's public key.
import {
  to = ghboot_nats_account.github_org
  id = "AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV"
}
