// SPDX-License-Identifier: Apache-2.0
// A delivery as it goes over the wire: headers, body, signature. The signature is over the raw bytes of the
// body, for both content types. Source: docs.github.com, "Validating webhook deliveries", "Delivery headers".
// Threads: any.
#pragma once

#include <string>

#include "standin/model.h"

namespace ghboot::standin {

// Of a body that the hook's content type gives.
std::string delivery_body(const Delivery& delivery, const std::string& content_type);
// Fills in the request's headers; the delivery has its ids, event and payload already.
void prepare(Delivery& delivery, const Hook& hook);

}  // namespace ghboot::standin
