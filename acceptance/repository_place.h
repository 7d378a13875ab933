// SPDX-License-Identifier: Apache-2.0
// A GitHub with a repository of the organisation acme that has one commit, of a README.md, on its branch
// main; and what a person does and sees there, in the browser. Throws as its parts do. Threads: one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "regen/workflow_run.h"
#include "standin/service.h"
#include "standin/standin.h"

namespace ghboot::acceptance {

struct PlacedCommit {
  std::string sha, message;
};

class RepositoryPlace {
 public:
  explicit RepositoryPlace(const std::string& name);

  void make(const std::string& name) const;  // Another one like it.
  std::string host() const;                  // As the names of streams have it.
  void put(const std::string& path, const std::string& text) const;
  void remove(const std::string& path) const;
  // Of a branch or a commit. Nothing: there is no such file.
  std::optional<std::string> content(const std::string& path, const std::string& ref = "main") const;
  std::string head() const;     // SHA of the newest commit of main,
  std::string message() const;  // and its message.
  // All of main, the newest first, by first parents;
  std::vector<PlacedCommit> history() const;
  std::vector<std::string> messages() const;  // and theirs.
  std::size_t commits() const { return messages().size(); }
  std::size_t pull_requests() const;
  void close_pull_request(int number) const;
  // A workflow that knows ghboot's inputs, and one named team; of each run, how long it waits and works.
  void put_workflow(const std::string& file = std::string(regen::standard_workflow)) const;
  void runs_take(int queued_seconds, int run_seconds) const;
  standin::Json workflow_runs() const;  // The newest first.
  void control(const std::string& method, const std::string& path, const standin::Json& body) const;
  void refuse_next_tree() const;  // With "no such tree".
  void fault(const standin::Json& what) const { control("POST", "/faults", what); }

  std::unique_ptr<standin::Service> github;

 private:
  standin::Response ask(const std::string& method, const std::string& target,
                        const standin::Json& body = nullptr) const;
  standin::Json get(const std::string& rest) const;
  std::string contents(const std::string& path) const { return base_ + "/contents/" + path; }
  std::optional<std::string> sha_of(const std::string& path) const;

  const std::string base_;
};

}  // namespace ghboot::acceptance
