#include "proto/recovery/ack_outcome.hpp"

namespace tern::proto {

void inform(congestion_controller& controller, const ack_outcome& outcome) {
  if (outcome.spurious && outcome.ack) {
    for (const sent_packet& packet : outcome.acked) {
      if (!packet.declared_lost || !packet.in_flight || packet.mtu_probe) continue;
      controller.on_spurious_loss(
          {.now = outcome.ack->now, .sent_at = packet.sent_at, .lost_at = packet.lost_at, .bytes = packet.bytes});
    }
  }
  if (outcome.loss) controller.on_loss(*outcome.loss);
  if (outcome.ack) controller.on_ack(*outcome.ack);
}

}  // namespace tern::proto
