# SPDX-License-Identifier: Apache-2.0
# By the public key of the account, that of a user whose creds are in the store, and the organisation's login.
terraform import ghboot_event_bus.acme \
  AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV/UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4/acme
