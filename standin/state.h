// SPDX-License-Identifier: Apache-2.0
// Looking things up in the state, and the few changes that touch several kinds. Logins and names are compared
// without case (Source: docs.github.com, the parameters "owner" and "repo": "The name is not case
// sensitive"). Pointers are good until the thing is erased.
#pragma once

#include <string_view>

#include "standin/model.h"

namespace ghboot::standin {

Owner* find_owner(State& state, std::string_view login);
Repository* find_repository(State& state, std::string_view owner, std::string_view name);
// Where a repository of that name went; null when none ever had it, or when it is gone.
Repository* find_moved(State& state, std::string_view owner, std::string_view name);

const Owner& owner_of(const State& state, const Repository& repository);
std::string full_name(const State& state, const Repository& repository);  // "owner/name"
std::string login_of(const State& state, const Hook& hook);               // Of the one that it belongs to.

// The old name leads to it from then on, until another repository takes it.
void rename_repository(State& state, Repository& repository, Id owner_id, std::string_view name);
// With its hooks, their deliveries, its pull requests and runs.
void erase_repository(State& state, Id id);
void erase_owner(State& state, Id id);
// The ids of the deliveries that went with it.
void erase_hook(State& state, Id id);

}  // namespace ghboot::standin
