// SPDX-License-Identifier: Apache-2.0
#include "acceptance/s3_objects.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace ghboot::acceptance {

namespace {

std::string etag_of(std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(body.data(), body.size(), digest.data(), &size, EVP_md5(), nullptr);
  std::string etag = "\"";
  for (unsigned i = 0; i < size; ++i) {
    etag += fmt::format("{:02x}", digest[i]);
  }
  return etag + "\"";
}

std::string_view without_quotes(std::string_view etag) {
  return etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"') ? etag.substr(1, etag.size() - 2)
                                                                          : etag;
}

}  // namespace

S3Verdict S3Objects::judge(const std::string& bucket, const std::string& key,
                           const S3Condition& condition) const {
  auto found_bucket = buckets_.find(bucket);
  const S3Object* present = nullptr;
  if (found_bucket != buckets_.end()) {
    auto found = found_bucket->second.find(key);
    present = found == found_bucket->second.end() ? nullptr : &found->second;
  }
  if (!condition.if_none_match.empty()) {
    if (condition.if_none_match != "*" || !condition.if_match.empty()) {
      return S3Verdict::not_implemented;  // AWS's words for every other form on a write.
    }
    return present == nullptr ? S3Verdict::done : S3Verdict::precondition_failed;
  }
  if (!condition.if_match.empty()) {
    if (present == nullptr) {
      return S3Verdict::missing;
    }
    bool same =
        condition.if_match == "*" || without_quotes(condition.if_match) == without_quotes(present->etag);
    return same ? S3Verdict::done : S3Verdict::precondition_failed;
  }
  return S3Verdict::done;
}

S3Verdict S3Objects::put(const std::string& bucket, const std::string& key, const S3Condition& condition,
                         S3Object object) {
  object.etag = etag_of(object.body);
  std::lock_guard lock(mutex_);
  S3Verdict verdict = judge(bucket, key, condition);
  if (verdict == S3Verdict::done) {
    buckets_[bucket][key] = std::move(object);
  }
  return verdict;
}

S3Verdict S3Objects::erase(const std::string& bucket, const std::string& key, const S3Condition& condition) {
  std::lock_guard lock(mutex_);
  S3Verdict verdict = judge(bucket, key, condition);
  if (verdict == S3Verdict::done) {
    buckets_[bucket].erase(key);
  }
  return verdict;
}

std::optional<S3Object> S3Objects::get(const std::string& bucket, const std::string& key) const {
  std::lock_guard lock(mutex_);
  auto found_bucket = buckets_.find(bucket);
  if (found_bucket == buckets_.end()) {
    return std::nullopt;
  }
  auto found = found_bucket->second.find(key);
  return found == found_bucket->second.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> S3Objects::keys(const std::string& bucket, std::string_view prefix) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  if (auto found = buckets_.find(bucket); found != buckets_.end()) {
    for (const auto& [key, object] : found->second) {
      if (key.starts_with(prefix)) {
        keys.push_back(key);
      }
    }
  }
  return keys;
}

}  // namespace ghboot::acceptance
