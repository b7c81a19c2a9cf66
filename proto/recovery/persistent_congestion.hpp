// Has everything been lost for so long that the path must be taken for another one?
// (RFC 9002 section 7.6)
#pragma once

#include "proto/numbers.hpp"
#include "proto/recovery/sent_ledger.hpp"
#include "proto/time.hpp"

namespace tern::proto {

// True if the ledger holds a run of lost ack-eliciting packets with none acknowledged
// between them that ends at or after `newly_lost` and spans more than `period`. Packets
// sent before `first_sample_at` do not count: the RTT was a guess then.
bool is_persistent_congestion(const sent_ledger& ledger, packet_number newly_lost, duration period,
                              time_point first_sample_at);

}  // namespace tern::proto
