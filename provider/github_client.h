// SPDX-License-Identifier: Apache-2.0
// GitHub's client out of the provider's configuration. Sends nothing; libcurl is loaded by the first request.
// Threads: any.
#pragma once

#include <memory>
#include <string>

#include "github/client.h"
#include "provider/github_configuration.h"
#include "tfplugin/diagnostics.h"

namespace ghboot::provider {

// Null, with an error that names setting and variable. Clock and Random outlive the client.
std::unique_ptr<github::Client> make_github_client(const GithubConfiguration& configuration,
                                                   nats::Clock& clock, nats::Random& random,
                                                   tfplugin::Diagnostics& diagnostics);

// Who asks, as a hash that does not give the token or the key away (SHA-256 of them, base URL and App
// included): what GitHub answers, and its ETags, are one asker's. Empty: a file of a key cannot be read.
std::string fingerprint_of(const GithubConfiguration& configuration);

}  // namespace ghboot::provider
