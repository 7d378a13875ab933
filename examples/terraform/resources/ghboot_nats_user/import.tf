# SPDX-License-Identifier: Apache-2.0
# By the public keys of account and user; the creds are in the store.
import {
  to = ghboot_nats_user.publisher
  id = "AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV/UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
}
