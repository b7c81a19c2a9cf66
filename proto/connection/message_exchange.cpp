#include "proto/connection/message_exchange.hpp"

#include <utility>

namespace tern::proto {

namespace {
// MESSAGE's header for each of the messages that may ride in an INITIAL.
constexpr std::size_t early_frames_overhead = 128;
}  // namespace

message_exchange::message_exchange(const connection_environment& environment, connection_handle connection,
                                   std::size_t packet_payload_bytes, const address& peer)
    : environment_(environment),
      connection_(connection),
      outgoing_(environment.config.bounds, packet_payload_bytes),
      incoming_(environment.config.bounds, environment.reassembly, peer) {}

void message_exchange::apply(const params_frame& params) {
  if (params.max_data) outgoing_.on_max_data(*params.max_data);
  if (params.reassembly_bytes_max) outgoing_.on_peer_reassembly_bytes(*params.reassembly_bytes_max);
  if (params.message_bytes_max) outgoing_.on_peer_message_bytes(*params.message_bytes_max);
}

tl::expected<void, std::error_code> message_exchange::send(lane_id lane, bytes payload, const send_options& options,
                                                           time_point now, bool hold) {
  if (queued_bytes() + payload.size() > environment_.config.queue_bytes_max) {
    writable_wanted_ = true;
    return tl::unexpected(make_error_code(errc::queue_full));
  }
  if (hold) {
    if (outgoing_.is_too_big(lane, payload.size())) return tl::unexpected(make_error_code(errc::message_too_big));
    held_.push(lane, std::move(payload), options);
    return {};
  }
  auto queued = outgoing_.enqueue(lane, std::move(payload), options, now);
  if (queued) ++messages_sent_;
  return queued;
}

void message_exchange::release_held(time_point now) {
  while (!held_.empty()) {
    held_message message = held_.pop();
    const std::uint64_t tag = message.options.tag;
    const lane_id lane = message.lane;
    if (outgoing_.enqueue(lane, std::move(message.payload), message.options, now)) {
      ++messages_sent_;
    } else {
      environment_.tell(message_fate{connection_, send_event{lane, tag, send_event::fate::expired}});
    }
  }
}

std::optional<received_message> message_exchange::receive() {
  if (!inbox_open_) return std::nullopt;
  auto message = incoming_.poll();
  if (message) {
    ++messages_received_;
  } else {
    readable_told_ = false;
  }
  return message;
}

void message_exchange::forget_received() {
  incoming_.reset();
  readable_told_ = false;
}

tl::expected<void, close_code> message_exchange::take(const std::vector<message_frame>& messages, time_point now) {
  for (const message_frame& message : messages)
    if (auto applied = incoming_.on_message(message, now); !applied) return applied;
  return {};
}

void message_exchange::fill_initial(writer& out) {
  in_handshake_.clear();
  if (outgoing_.queued_bytes() + early_frames_overhead <= out.remaining()) outgoing_.fill(out, in_handshake_);
}

void message_exchange::on_handshake_acked() {
  for (const sent_item& item : in_handshake_) outgoing_.on_acked(item);
  in_handshake_.clear();
}

void message_exchange::on_handshake_lost() {
  for (const sent_item& item : in_handshake_) outgoing_.on_lost(item);
  in_handshake_.clear();
}

void message_exchange::announce() {
  while (auto event = outgoing_.poll_event()) environment_.tell(message_fate{connection_, *event});
  if (inbox_open_ && !readable_told_ && incoming_.readable()) {
    readable_told_ = true;
    environment_.tell(readable{connection_});
  }
  if (writable_wanted_ && queued_bytes() <= environment_.config.queue_bytes_max / 2) {
    writable_wanted_ = false;
    environment_.tell(writable{connection_});
  }
}

void message_exchange::describe(connection_statistics& statistics) const {
  statistics.messages_sent = messages_sent_;
  statistics.messages_received = messages_received_;
  statistics.bytes_retransmitted = outgoing_.bytes_repeated();
}

}  // namespace tern::proto
