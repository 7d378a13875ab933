// SPDX-License-Identifier: Apache-2.0
// An S3 that stands in for AWS's on 127.0.0.1: path-style addresses, GET with Range, HEAD, PUT, DELETE and
// list-type=2, with conditional writes that really are (see s3_objects.h), a log of all requests, and faults
// on demand. Every bucket is there and empty at first. Cannot: check signatures (any key is taken), versions,
// multipart or aws-chunked bodies: what it does not know is answered 501 NotImplemented, never half done.
// Threads: it runs in threads of its own; all functions from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/s3_objects.h"

namespace ghboot::acceptance {

struct S3Request {
  std::string method, bucket, key, query;
  S3Condition condition;
  std::string range;
  std::size_t body_size = 0;
  unsigned status = 0;  // Of the answer; 0 as long as there is none.
};

using S3Predicate = std::function<bool(const S3Request&)>;

class S3Standin {
 public:
  S3Standin();  // Listens when it returns. Throws when it cannot.
  S3Standin(const S3Standin&) = delete;
  S3Standin& operator=(const S3Standin&) = delete;
  ~S3Standin();  // Held requests are answered 503.

  std::string endpoint() const;  // "http://127.0.0.1:PORT"
  S3Objects& objects();
  std::vector<S3Request> log() const;  // Answered requests, in the order of the answers.

  // Requests that match from now on wait, before they take effect, until release().
  void hold(S3Predicate);
  // True when one of them is waiting; false when none came in time.
  bool wait_until_held(std::chrono::seconds longest = std::chrono::seconds(30));
  void release();
  // Requests that match from now on take no effect and get this status.
  void refuse(S3Predicate, unsigned status);

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

}  // namespace ghboot::acceptance
