// SPDX-License-Identifier: Apache-2.0
#include "standin/state.h"

#include <fmt/format.h>

#include "standin/text.h"

namespace ghboot::standin {

namespace {

const Owner nobody;

std::string lower_name(std::string_view owner, std::string_view name) {
  return lower(fmt::format("{}/{}", owner, name));
}

}  // namespace

Owner* find_owner(State& state, std::string_view login) {
  for (auto& [id, owner] : state.owners) {
    if (same_word(owner.login, login)) return &owner;
  }
  return nullptr;
}

Repository* find_repository(State& state, std::string_view owner, std::string_view name) {
  const Owner* found = find_owner(state, owner);
  if (found == nullptr) return nullptr;
  for (auto& [id, repository] : state.repositories) {
    if (repository.owner_id == found->id && same_word(repository.name, name)) return &repository;
  }
  return nullptr;
}

Repository* find_moved(State& state, std::string_view owner, std::string_view name) {
  const auto moved = state.moved.find(lower_name(owner, name));
  if (moved == state.moved.end()) return nullptr;
  const auto found = state.repositories.find(moved->second);
  return found == state.repositories.end() ? nullptr : &found->second;
}

const Owner& owner_of(const State& state, const Repository& repository) {
  const auto found = state.owners.find(repository.owner_id);
  return found == state.owners.end() ? nobody : found->second;
}

std::string full_name(const State& state, const Repository& repository) {
  return fmt::format("{}/{}", owner_of(state, repository).login, repository.name);
}

std::string login_of(const State& state, const Hook& hook) {
  if (hook.of_organization) {
    const auto found = state.owners.find(hook.target_id);
    return found == state.owners.end() ? "" : found->second.login;
  }
  const auto found = state.repositories.find(hook.target_id);
  return found == state.repositories.end() ? "" : owner_of(state, found->second).login;
}

void rename_repository(State& state, Repository& repository, Id owner_id, std::string_view name) {
  state.moved[lower(full_name(state, repository))] = repository.id;
  repository.owner_id = owner_id;
  repository.name = name;
  state.moved.erase(lower(full_name(state, repository)));
}

void erase_hook(State& state, Id id) {
  state.hooks.erase(id);
  std::erase_if(state.deliveries, [id](const auto& entry) { return entry.second.hook_id == id; });
}

void erase_repository(State& state, Id id) {
  std::vector<Id> hooks;
  for (const auto& [hook_id, hook] : state.hooks) {
    if (!hook.of_organization && hook.target_id == id) hooks.push_back(hook_id);
  }
  for (const Id hook : hooks) erase_hook(state, hook);
  std::erase_if(state.pulls, [id](const auto& entry) { return entry.second.repository_id == id; });
  std::erase_if(state.runs, [id](const auto& entry) { return entry.second.repository_id == id; });
  std::erase_if(state.moved, [id](const auto& entry) { return entry.second == id; });
  state.repositories.erase(id);
}

void erase_owner(State& state, Id id) {
  std::vector<Id> gone;
  for (const auto& [repository_id, repository] : state.repositories) {
    if (repository.owner_id == id) gone.push_back(repository_id);
  }
  for (const Id repository : gone) erase_repository(state, repository);
  gone.clear();
  for (const auto& [hook_id, hook] : state.hooks) {
    if (hook.of_organization && hook.target_id == id) gone.push_back(hook_id);
  }
  for (const Id hook : gone) erase_hook(state, hook);
  std::erase_if(state.installations, [id](const auto& entry) { return entry.second.owner_id == id; });
  state.owners.erase(id);
}

}  // namespace ghboot::standin
