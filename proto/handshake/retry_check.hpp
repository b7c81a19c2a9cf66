// A checksum over RETRY, as QUIC's Retry Integrity Tag (RFC 9001 section 5.8): it keeps a
// damaged packet from showing a key that no relay has. It has no secret, so it proves
// nothing about who sent it.
#pragma once

#include "proto/bytes.hpp"
#include "proto/packet/header.hpp"

namespace tern::proto {

// BLAKE2b-128, keyed with "TERN/1 retry", over all of RETRY before the check.
byte_array<16> retry_check(const retry_header& retry);

}  // namespace tern::proto
