// The two things that must not depend on what a secret holds: comparing it and
// forgetting it. Everything in proto/seal/ uses only the deterministic functions of
// libsodium, so none of it needs sodium_init(); calling that first (programs do)
// only selects faster code for the processor at hand.
#pragma once

#include "proto/bytes.hpp"

namespace tern::proto {

// In time that depends only on the sizes. Views of different size are unequal.
bool equal_in_constant_time(byte_view a, byte_view b);

// Overwrites with zeros in a way that the compiler does not remove.
void wipe(mutable_byte_view secret);

}  // namespace tern::proto
