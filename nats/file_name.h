// SPDX-License-Identifier: Apache-2.0
// The name of a file or folder for any text. An ordinary name stays itself, so that other tools find it; a
// slash, a control character, a dot in front and the two characters % and ~ become %XX; an empty text becomes
// "%". What would be longer than 180 bytes is cut and ends in ~ and a hash of the whole, so that two texts
// never share a name. Letters keep their case: where the file system does not, the reader must look whose
// file it has found.
#pragma once

#include <string>
#include <string_view>

namespace ghboot::nats {

std::string file_name(std::string_view text);

}  // namespace ghboot::nats
