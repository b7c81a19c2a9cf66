#include "proto/recovery/persistent_congestion.hpp"

#include <optional>

namespace tern::proto {

bool is_persistent_congestion(const sent_ledger& ledger, packet_number newly_lost, duration period,
                              time_point first_sample_at) {
  std::optional<time_point> run_began_at;
  for (std::size_t index = 0; index < ledger.size(); ++index) {
    const sent_ledger::slot& slot = ledger[index];
    if (slot.state == sent_ledger::fate::acked) run_began_at.reset();
    if (slot.state != sent_ledger::fate::lost) continue;
    if (!slot.packet.ack_eliciting || slot.packet.sent_at <= first_sample_at) continue;
    if (!run_began_at) run_began_at = slot.packet.sent_at;
    if (slot.packet.number >= newly_lost && slot.packet.sent_at - *run_began_at > period) return true;
  }
  return false;
}

}  // namespace tern::proto
