// SPDX-License-Identifier: Apache-2.0
#include "nats/exports.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/claim_entries.h"
#include "nats/info_text.h"
#include "nats/subject.h"
#include "nats/subject_overlap.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr std::tuple members{
    EntryMember{"subject", &Export::subject},
    EntryMember{"type", &Export::type},
    EntryMember{"name", &Export::name},
    EntryMember{"description", &Export::description},
    EntryMember{"info_url", &Export::info_url},
    EntryMember{"token_req", &Export::token_required},
    EntryMember{"response_type", &Export::response_type},
    EntryMember{"response_threshold", &Export::response_threshold_ns},
    EntryMember{"account_token_position", &Export::account_token_position},
    EntryMember{"advertise", &Export::advertise},
    EntryMember{"allow_trace", &Export::allow_trace},
};

// The servers' library reads the word in any case, and a missing number as it.
std::int64_t read_sampling(const ClaimMembers& from) {
  const json& value = from.at("sampling");
  if (!value.is_string()) return from.number("sampling");
  std::string word = value.get<std::string>();
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
  if (word != "headers") from.expect("sampling", "\"headers\" or a number from 1 to 100");
  return 0;
}

std::optional<ServiceLatency> read_latency(const ClaimMembers& from) {
  if (from.json().is_null()) return std::nullopt;
  return ServiceLatency{.sampling = read_sampling(from), .results = from.text("results")};
}

void write_latency(const std::optional<ServiceLatency>& latency, json& into) {
  if (!latency) {
    into.erase("service_latency");
    return;
  }
  json& written = into["service_latency"];
  written["sampling"] = latency->sampling == 0 ? json("headers") : json(latency->sampling);
  written["results"] = latency->results;
}

// Problems of one export, each as the end of a sentence.
class ExportProblems {
 public:
  explicit ExportProblems(const Export& entry) : export_(entry) {}

  std::vector<std::string> find() && {
    const bool is_service = export_.type == "service";
    if (!is_service && export_.type != "stream") add("is neither a stream nor a service");
    if (const auto problem = problem_of_subject(export_.subject); !problem.empty())
      add(fmt::format("has a subject that {}", problem));
    if (!is_service) find_in_stream();
    if (is_service && !export_.response_type.empty() && export_.response_type != "Stream" &&
        export_.response_type != "Chunked")
      add(fmt::format("has the response type \"{}\"; Singleton, Stream or Chunked is expected",
                      export_.response_type));
    if (export_.response_threshold_ns < 0) add("has a response threshold below 0");
    if (export_.latency) find_in_latency(*export_.latency);
    find_in_position();
    if (const auto problem = problem_of_description(export_.description); !problem.empty())
      add("has a description that " + problem);
    if (const auto problem = problem_of_info_url(export_.info_url); !problem.empty())
      add("has an info_url that " + problem);
    return std::move(found_);
  }

 private:
  void add(std::string problem) { found_.push_back(std::move(problem)); }

  void find_in_stream() {
    if (!export_.response_type.empty()) add("is a stream with a response type, which only a service has");
    if (export_.response_threshold_ns > 0)
      add("is a stream with a response threshold, which only a service has");
    if (export_.latency) add("is a stream with a measured latency, which only a service has");
    if (export_.allow_trace)
      add("is a stream that allows traces: of a stream the importer does, at its import");
  }

  void find_in_latency(const ServiceLatency& latency) {
    if (latency.sampling < 0 || latency.sampling > 100)
      add(
          fmt::format("samples {} of a hundred requests; 1 to 100, or 0 for those that ask by a header, is "
                      "expected",
                      latency.sampling));
    if (const auto problem = problem_of_subject(latency.results); !problem.empty())
      add(fmt::format("has a subject of latency results that {}", problem));
    else if (has_wildcard(latency.results))
      add(fmt::format("publishes latency results to \"{}\", which has a wildcard", latency.results));
    // A server takes it and measures nothing.
    if (!export_.response_type.empty())
      add(fmt::format("measures latency, which servers do only of one answer, and has the response type {}",
                      export_.response_type));
  }

  void find_in_position() {
    const std::int64_t position = export_.account_token_position;
    if (position == 0) return;
    const auto tokens = tokens_of(export_.subject);
    if (position < 0 || position > static_cast<std::int64_t>(tokens.size()))
      add(fmt::format("has the account token position {}, and its subject {} tokens", position,
                      tokens.size()));
    else if (const auto token = tokens[static_cast<std::size_t>(position - 1)]; token != "*")
      add(
          fmt::format("has \"{}\" at its account token position {}; a * is expected there, for the "
                      "importer's key",
                      token, position));
    // A server then asks for no token.
    if (export_.token_required)
      add("requires a token and has an account token position; servers look at the position alone");
  }

  const Export& export_;
  std::vector<std::string> found_;
};

void find_overlaps(const std::vector<Export>& exports, std::string_view type, std::vector<std::string>& out) {
  std::vector<std::string> subjects;
  for (const Export& entry : exports)
    if (entry.type == type) subjects.push_back(entry.subject);
  for (const auto& [inner, outer] : overlaps_of(subjects))
    out.push_back(subjects[inner] == subjects[outer]
                      ? fmt::format("the {} \"{}\" is exported twice", type, subjects[inner])
                      : fmt::format("the {} \"{}\" is part of \"{}\", which is exported too: a server takes "
                                    "only one of them",
                                    type, subjects[inner], subjects[outer]));
}

}  // namespace

Export Export::read(const ClaimMembers& from) {
  Export out;
  read_members(from, members, out);
  if (out.response_type == "Singleton" && out.type == "service") out.response_type.clear();
  out.latency = read_latency(from.object("service_latency"));
  const ClaimMembers revocations = from.object("revocations");
  if (revocations.json().is_object())
    for (const auto& entry : revocations.json().items())
      out.revocations[entry.key()] = revocations.number(entry.key());
  return out;
}

void Export::write(json& into) const {
  const auto present = read_entry<Export>(into);
  write_members(*this, present, members, into);
  if (latency != present.latency) write_latency(latency, into);
}

std::vector<Export> read_exports(const ClaimMembers& body, ClaimFault& fault) {
  return read_entries<Export>(body, "exports", fault);
}

void write_exports(const std::vector<Export>& exports, json& body) {
  write_entries(exports, "exports", body);
}

std::vector<std::string> problems_of(const std::vector<Export>& exports) {
  std::vector<std::string> out;
  for (const Export& entry : exports)
    for (const std::string& problem : ExportProblems(entry).find())
      out.push_back(fmt::format("the export of \"{}\" {}", entry.subject, problem));
  find_overlaps(exports, "stream", out);
  find_overlaps(exports, "service", out);
  return out;
}

}  // namespace ghboot::nats
