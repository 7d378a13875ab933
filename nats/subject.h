// SPDX-License-Identifier: Apache-2.0
// Subjects and their wildcards: "*" stands for one token, ">" for one and all that follow. Threads: any.
#pragma once

#include <string_view>
#include <vector>

namespace ghboot::nats {

// Whether every message to `subject` also reaches a subscriber of `pattern`. Where `subject` has wildcards
// itself, this is asked of each subject that it stands for. Both well-formed.
bool covers(std::string_view pattern, std::string_view subject);

// Of one or more, by its dots. Borrowed from the subject.
std::vector<std::string_view> tokens_of(std::string_view subject);
bool has_wildcard(std::string_view subject);

// What a server would refuse or read otherwise than it seems, as "has an empty token"; empty: nothing.
std::string_view problem_of_subject(std::string_view subject);
// Of a subscription, which may be "subject queue".
std::string_view problem_of_subscription(std::string_view subscription);

}  // namespace ghboot::nats
