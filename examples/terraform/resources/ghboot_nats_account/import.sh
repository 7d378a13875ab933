# SPDX-License-Identifier: Apache-2.0
# By the account's public key.
terraform import ghboot_nats_account.github_org AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV
