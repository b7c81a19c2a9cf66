// Keys for one purpose each out of a secret that is kept: whoever learns one of them learns
// neither the secret nor the others. BLAKE2b, keyed with the secret, over the label, an octet
// of zero and what else tells the keys of this purpose apart.
#pragma once

#include "proto/bytes.hpp"
#include "proto/seal/secret.hpp"

#include <string_view>

namespace tern::proto {

secret<32> derive_key(const secret<32>& from, std::string_view label, byte_view context = {});

}  // namespace tern::proto
