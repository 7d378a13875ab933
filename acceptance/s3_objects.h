// SPDX-License-Identifier: Apache-2.0
// What an S3 bucket holds, with the one promise that a lock rests on: of two conditional writes to one key at
// once, exactly one is done. Conditions are AWS's: `If-None-Match: *` and `If-Match: "etag"` on PUT and
// DELETE. Threads: any; each call is atomic.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::acceptance {

struct S3Object {
  std::string body, etag, content_type;  // The etag with its quotes: MD5 in hex, as S3 has it.
};

struct S3Condition {
  std::string if_match, if_none_match;  // Empty: no condition.
};

enum class S3Verdict : std::uint8_t { done, missing, precondition_failed, not_implemented };

class S3Objects {
 public:
  // `precondition_failed`: nothing was written. `missing`: If-Match on a key that is not there (AWS: 404).
  S3Verdict put(const std::string& bucket, const std::string& key, const S3Condition&, S3Object);
  S3Verdict erase(const std::string& bucket, const std::string& key, const S3Condition&);
  std::optional<S3Object> get(const std::string& bucket, const std::string& key) const;
  std::vector<std::string> keys(const std::string& bucket,
                                std::string_view prefix) const;  // In order of bytes.

 private:
  S3Verdict judge(const std::string& bucket, const std::string& key, const S3Condition&) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, S3Object>> buckets_;
};

}  // namespace ghboot::acceptance
