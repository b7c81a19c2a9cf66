// Damages octets the way a bad wire would. The result always differs from the original.
#pragma once

#include "proto/bytes.hpp"
#include "proto/random.hpp"
#include "tools/link/model/impairments.hpp"

namespace tern::link_model {

// An empty packet has nothing to damage and stays as it is.
void corrupt(proto::mutable_byte_view octets, const corruption_model& config, proto::random& source);

}  // namespace tern::link_model
