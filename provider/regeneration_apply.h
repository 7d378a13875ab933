// SPDX-License-Identifier: Apache-2.0
// What an apply of ghboot_regeneration does under the organisation's lock. Threads: one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nats/connection.h"
#include "provider/regeneration_model.h"
#include "provider/session.h"
#include "regen/regeneration_site.h"

namespace ghboot::provider {

// All that one regeneration goes through. It stays where it is made.
struct RegenerationJob {
  RegenerationJob(nats::BusNames names, nats::ConnectOptions options, const regen::CommitParts& parts,
                  const RegenerationModel& model, regen::CommitTerms terms, nats::Random& random)
      : connector(std::move(options), parts.clock),
        site(std::move(names), connector, {}, parts.clock, random),
        commits(parts, std::move(terms)),
        workflow({.client = parts.client, .clock = parts.clock, .say = parts.say}, workflow_terms(model)) {}

  nats::Connector connector;
  regen::RegenerationSite site;
  regen::CommitRun commits;
  regen::WorkflowRun workflow;
};

// Null, with an error under `summary`. `prior`: as of regenerate().
std::unique_ptr<RegenerationJob> regeneration_job(const RegenerationModel& model,
                                                  const RegenerationModel* prior, Session& session,
                                                  std::string_view summary, tfplugin::Call& call);

// "acme/.github, branch main", for people.
std::string place_text(const RegenerationModel& model);

// Asks, waits for the lock, runs; the state then. Nothing, with an error: nothing has changed, as far as is
// known.
// `prior`: null, or what was made before.
std::optional<RegenerationModel> regenerate(const RegenerationModel& planned, const RegenerationModel* prior,
                                            Session& session, std::string_view summary, tfplugin::Call& call);
// The files in the state go, as a regeneration of their own; an error where they do not.
void remove_files(const RegenerationModel& state, Session& session, std::string_view summary,
                  tfplugin::Call& call);

}  // namespace ghboot::provider
