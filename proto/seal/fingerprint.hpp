// A key in the short form that people compare, as ssh shows it: "SHA256:" and the
// base64 of its hash.
#pragma once

#include "proto/bytes.hpp"

#include <string>

namespace tern::proto {

std::string fingerprint(const byte_array<32>& key);

}  // namespace tern::proto
