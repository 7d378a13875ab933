# SPDX-License-Identifier: Apache-2.0
# By the public key; the seed need not be in the store.
terraform import ghboot_nats_key.billing \
  AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV
