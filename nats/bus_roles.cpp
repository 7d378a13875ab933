// SPDX-License-Identifier: Apache-2.0
#include "nats/bus_roles.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

using Subjects = std::vector<std::string>;

void add(const BusNames& names, BusStream which, std::initializer_list<std::string_view> requests,
         Subjects& publish) {
  for (const std::string_view request : requests)
    publish.push_back(fmt::format("$JS.API.{}.{}", request, names.stream(which)));
}

// What is stored, one message a request.
void add_reading(const BusNames& names, Subjects& publish) {
  for (const BusStream which : bus_streams) add(names, which, {"STREAM.INFO", "STREAM.MSG.GET"}, publish);
  add(names, BusStream::bucket, {"DIRECT.GET"}, publish);
  publish.push_back(publish.back() + ".>");
}

// By consumers of its own, which end with its connection. The bucket is read and not followed.
void add_following(const BusNames& names, Subjects& publish) {
  for (const BusStream which :
       {BusStream::lock, BusStream::regeneration, BusStream::requests, BusStream::events}) {
    add(names, which, {"CONSUMER.CREATE", "CONSUMER.DELETE"}, publish);
    publish.back() += ".*";
  }
}

void add_subjects(const BusNames& names, BusStream which, Subjects& publish) {
  std::ranges::move(names.subjects(which), std::back_inserter(publish));
}

}  // namespace

std::optional<BusRole> bus_role(std::string_view name) {
  const auto found = std::ranges::find(bus_roles, name);
  if (found == bus_roles.end()) return std::nullopt;
  return static_cast<BusRole>(found - bus_roles.begin());
}

Permissions permissions(BusRole role, const BusNames& names) {
  Permissions out;
  out.subscribe.allow = {"_INBOX.>"};
  switch (role) {
    case BusRole::receiver:
      out.publish.allow = {names.subject("hook.*")};
      break;
    case BusRole::regenerator: {
      Subjects publish{names.lock().wait_subject, names.subject("template_changed"),
                       names.subject("workflow_status")};
      for (const BusStream which :
           {BusStream::lock, BusStream::requests, BusStream::regeneration, BusStream::bucket})
        add_subjects(names, which, publish);
      add_reading(names, publish);
      add_following(names, publish);
      out.publish.allow = std::move(publish);
      out.subscribe.allow.push_back(names.lock().wait_subject);
      break;
    }
    case BusRole::manager: {
      Subjects publish{"$JS.API.STREAM.NAMES", names.lock().subject};
      for (const BusStream which : bus_streams)
        add(names, which, {"STREAM.INFO", "STREAM.CREATE", "STREAM.UPDATE", "STREAM.DELETE"}, publish);
      add(names, BusStream::lock, {"STREAM.MSG.GET"}, publish);
      out.publish.allow = std::move(publish);
      break;
    }
    case BusRole::reader: {
      Subjects publish;
      add_reading(names, publish);
      out.publish.allow = std::move(publish);
      out.subscribe.allow.push_back(names.subject(">"));
      break;
    }
  }
  return out;
}

}  // namespace ghboot::nats
