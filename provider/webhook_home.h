// SPDX-License-Identifier: Apache-2.0
// Where a webhook lives: its names, which have no case, what became of it when GitHub does not show it any
// more, and how it is called now. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "github/hooks.h"

namespace ghboot::provider {

std::string lower_name(const github::HookHome& home);  // "acme/shop", "acme".
std::string shown_name(const github::HookHome& home);  // The same as it is written, for people and ids.
// "repository acme/shop", "organisation acme".
std::string described(const github::HookHome& home);
inline bool same_home(const github::HookHome& a, const github::HookHome& b) {
  return lower_name(a) == lower_name(b);
}

// Of a home whose hooks GitHub answered with 404: true, it is certainly not there any more, false never. An
// error: it is there, and names the right that is missing; or nobody can tell, and has `advice`.
github::Result<bool> is_gone(github::Client& client, const github::HookHome& home,
                             const github::Error& not_found, std::string_view advice,
                             const github::Wait& wait);

// What a repository is called now that GitHub redirects from its old name.
github::Result<github::HookHome> present_name(github::Client& client, const github::HookHome& home,
                                              const github::Wait& wait);

}  // namespace ghboot::provider
