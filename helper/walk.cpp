// SPDX-License-Identifier: Apache-2.0
#include "helper/walk.h"

#include <fmt/format.h>

namespace ghboot::helper {

std::string told(std::string_view link, const Judged& judged) {
  if (judged) return fmt::format("ok      {:<22} {}\n", link, *judged);
  const Finding& finding = judged.error();
  return fmt::format("{}  {:<22} {}\n        {:<22} to do: {}\n",
                     finding.code == ExitCode::failed ? "BROKEN" : "?     ", link, finding.what, "",
                     finding.to_do);
}

}  // namespace ghboot::helper
