// May a packet leave now? Joins the two answers that matter: the window (congestion
// controller) and the rate (pacer). Holds no arithmetic of its own.
#pragma once

#include "proto/congestion/controller.hpp"
#include "proto/congestion/pacer.hpp"
#include "proto/recovery/loss_recovery.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace tern::proto {

class congestion_gate {
 public:
  enum class verdict : std::uint8_t {
    open,         // anything may leave
    interactive,  // only the reserve: control and interactive messages
    paced,        // not now; ask again at wake_up()
    full,         // not before an acknowledgment
  };

  congestion_gate(std::unique_ptr<congestion_controller> controller, std::uint32_t datagram_bytes, bool pacing)
      : controller_(std::move(controller)), pacer_(datagram_bytes), pacing_(pacing) {}

  verdict judge(time_point now, std::uint64_t bytes_in_flight, std::uint64_t bytes) const {
    if (bytes_in_flight + bytes > controller_->window()) return verdict::full;
    if (!pacing_ || pacer_.may_send(now, bytes)) return verdict::open;
    return pacer_.may_send_interactive(now, bytes) ? verdict::interactive : verdict::paced;
  }
  // When to ask again after `interactive` or `paced`.
  time_point wake_up(time_point now, std::uint64_t bytes) const { return pacer_.next(now, bytes); }

  void on_sent(time_point now, std::uint64_t bytes, std::uint64_t bytes_in_flight) {
    controller_->on_sent(now, bytes, bytes_in_flight);
    pacer_.set_rate(now, controller_->pacing_rate());
    pacer_.on_sent(now, bytes);
  }
  void on_outcome(time_point now, const ack_outcome& outcome) {
    inform(*controller_, outcome);
    pacer_.set_rate(now, controller_->pacing_rate());
  }

  std::uint64_t window() const { return controller_->window(); }
  std::uint64_t pacing_rate() const { return controller_->pacing_rate(); }

 private:
  std::unique_ptr<congestion_controller> controller_;
  pacer pacer_;
  bool pacing_;
};

}  // namespace tern::proto
