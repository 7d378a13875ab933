// SPDX-License-Identifier: Apache-2.0
// ghboot store list, ghboot store check: what lies in the store's folder, by public key and name, and what is
// wrong with it. Nothing is changed and no secret is printed. 0: told; of check: nothing is wrong. 1: the
// folder cannot be read; of check: something is wrong, or a create was cut off. 2: there is no folder to look
// into.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/store_folder.h"
#include "helper/verbs.h"
#include "nats/store_survey.h"

namespace ghboot::helper {

namespace {

using Items = std::vector<nats::StoredItem>;

nlohmann::ordered_json as_json(const Items& items) {
  auto out = nlohmann::ordered_json::array();
  for (const auto& item : items)
    out.push_back({{"public_key", item.public_key},
                   {"name", item.name},
                   {"path", item.path},
                   {"problem", item.problem}});
  return out;
}

void print_json(const std::string& folder, const nats::StoreSurvey& found) {
  const nlohmann::ordered_json json{{"store", folder},
                                    {"seeds", as_json(found.seeds)},
                                    {"creds", as_json(found.creds)},
                                    {"pending", as_json(found.pending)}};
  // A folder's name may be no UTF-8.
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_items(std::string_view kind, const Items& items) {
  for (const auto& item : items)
    if (!item.public_key.empty() || !item.name.empty())
      fmt::print("{:<8} {:<56} {}\n", kind, item.public_key, item.name);
}

void print_problems(const Items& items) {
  for (const auto& item : items)
    if (!item.problem.empty()) fmt::print("wrong    {}: {}\n", item.path, item.problem);
}

void print_marks(const Items& marks) {
  for (const auto& mark : marks)
    if (mark.problem.empty())
      fmt::print(
          "pending  {}: {} {} was begun, and no state has been seen with it since; apply again where it "
          "was begun, or import it there, or delete it and this file\n",
          mark.path, mark.name, mark.public_key);
}

}  // namespace

Result<ExitCode> store(const StoreArgs& args, const Environment& environment) {
  const auto folder = store_folder(args.store, environment);
  if (!folder) return std::unexpected(folder.error());
  const auto found = nats::survey_store(folder->string(), nats::system_files(), nats::system_random());
  if (!found) return fail(ExitCode::failed, found.error().message);
  if (args.as_json) print_json(folder->string(), *found);
  if (!args.check) {
    if (args.as_json) return ExitCode::done;
    fmt::print("store    {}\n", folder->string());
    print_items("seed", found->seeds);
    print_items("creds", found->creds);
    return ExitCode::done;
  }
  std::size_t wrong = 0;
  for (const Items* items : {&found->seeds, &found->creds, &found->pending}) {
    for (const auto& item : *items) wrong += item.problem.empty() && items != &found->pending ? 0U : 1U;
    if (!args.as_json) print_problems(*items);
  }
  if (!args.as_json) print_marks(found->pending);
  if (wrong > 0)
    return fail(ExitCode::failed, fmt::format("{} to be seen to in {}", wrong, folder->string()));
  if (!args.as_json)
    fmt::print("nothing is wrong in {}: {} seeds, {} creds\n", folder->string(), found->seeds.size(),
               found->creds.size());
  return ExitCode::done;
}

}  // namespace ghboot::helper
