// All lanes of one connection on their way out: what goes into the next packet, and
// what becomes of it. Urgency: control before interactive before bulk, lost before
// new within a class, lanes of a class in turn; every eighth packet begins with bulk,
// so that it never starves.
//
// Does not know packets' numbers, time-outs or congestion: the connection says when
// and how much, and reports items as acked or lost.
#pragma once

#include "proto/bytes.hpp"
#include "proto/error.hpp"
#include "proto/lane.hpp"
#include "proto/lanes/open_skips.hpp"
#include "proto/lanes/outgoing_lane.hpp"
#include "proto/lanes/send_credit.hpp"
#include "proto/limits.hpp"
#include "proto/packet/frame.hpp"
#include "proto/packet/writer.hpp"
#include "proto/recovery/sent_item.hpp"
#include "proto/time.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <system_error>
#include <tl/expected.hpp>
#include <unordered_map>
#include <vector>

namespace tern::proto {

struct send_event {
  enum class fate : std::uint8_t {
    acked,     // the peer has it (reliable lanes)
    sent,      // it left, and nothing more will be known of it (unreliable lanes)
    expired,   // the deadline passed first; it may have arrived all the same
    replaced,  // a newer message of a `latest` lane took its place before it left
  };
  lane_id lane;
  std::uint64_t tag = 0;
  fate what = fate::acked;
};

enum class fill_scope : std::uint8_t { all, interactive };  // interactive: no bulk

class outgoing_lanes {
 public:
  // `packet_payload_bytes`: what an otherwise empty packet holds of frames.
  outgoing_lanes(const limits& bounds, std::size_t packet_payload_bytes);

  // Errors: errc::message_too_big, errc::queue_full, errc::bad_lane.
  tl::expected<void, std::error_code> enqueue(lane_id id, bytes payload, const send_options& options, time_point now);

  // Whether a message of this size can never be sent on the lane.
  bool is_too_big(lane_id id, std::size_t payload_bytes) const;

  // Appends MESSAGE and SKIP frames, most urgent first, and notes them in `items`.
  // True if anything was written.
  bool fill(writer& out, std::vector<sent_item>& items, fill_scope scope = fill_scope::all);
  // For probes: writes again what an earlier packet carried, as far as its fate is open and
  // there is room. That packet may still be declared lost, so nothing is noted of what had
  // no room.
  bool repeat(writer& out, const std::vector<sent_item>& open, std::vector<sent_item>& items);

  // Fate of what fill() and repeat() noted. Items of other kinds are ignored.
  void on_acked(const sent_item& item);
  void on_lost(const sent_item& item);

  // LANE_ACK of a stream: all below `next` has arrived whole, or was skipped. An error is
  // the peer's and closes the connection.
  tl::expected<void, close_code> on_lane_ack(lane_id id, message_number next);

  void on_max_data(std::uint64_t total);
  void on_peer_reassembly_bytes(std::uint64_t bytes_max) { peer_reassembly_bytes_ = bytes_max; }
  void on_peer_message_bytes(std::uint64_t bytes_max);
  void on_deadline(time_point now);
  std::optional<time_point> next_deadline() const;

  // There is something that fill() would write into an empty packet.
  bool has_sendable() const;
  std::optional<std::uint64_t> blocked_due() const { return credit_.blocked_due(); }
  void on_blocked_sent() { credit_.on_blocked_sent(); }

  // Bytes that never left.
  std::uint64_t queued_bytes() const { return queued_bytes_; }
  // No reliable message and no SKIP is open.
  bool all_acked() const { return open_reliable_ == 0 && skips_.empty(); }
  std::uint64_t bytes_repeated() const { return bytes_repeated_; }

  std::optional<send_event> poll_event();

 private:
  static constexpr std::size_t classes = 3;
  // A lane and the list it stands in.
  struct scheduled {
    enum class list : std::uint8_t { none, ready, blocked };
    explicit scheduled(lane_id id) : lane(id) {}
    outgoing_lane lane;
    list in = list::none;
  };
  struct deadline {
    time_point at;
    lane_id lane;
    std::uint64_t sequence;
    bool operator>(const deadline& other) const { return at > other.at; }
  };
  enum class outcome : std::uint8_t { written, no_room, stuck };  // stuck: no credit, try another lane

  scheduled* find(lane_id id);
  outgoing_message* find_message(const sent_fragment& fragment);
  bool needs_fragments(const outgoing_message& message) const;
  void make_ready(scheduled& slot);
  void unblock();
  bool may_start(const outgoing_lane& lane, const outgoing_message& message) const;
  bool fill_class(priority which, writer& out, std::vector<sent_item>& items);
  bool fill_lost(priority which, writer& out, std::vector<sent_item>& items);
  outcome write_next(outgoing_lane& lane, writer& out, std::vector<sent_item>& items);
  // Writes bytes of the message from `offset` on, at most `length_max`; returns how many.
  std::optional<std::uint32_t> write_fragment(writer& out, std::vector<sent_item>& items, lane_id id,
                                              message_number number, const outgoing_message& message,
                                              std::uint32_t offset, std::uint32_t length_max) const;
  std::optional<sent_fragment> write_again(sent_fragment due, writer& out, std::vector<sent_item>& items);
  void start(const outgoing_lane& lane, const outgoing_message& message);
  void on_left(outgoing_lane& lane, message_number number);
  void on_fragment_acked(const sent_fragment& fragment);
  void settle(outgoing_lane& lane, message_number number, const outgoing_message& message);
  void expire(const deadline& due);
  void tell(lane_id id, const send_options& options, send_event::fate what);

  limits bounds_;
  std::size_t packet_payload_bytes_;
  std::uint64_t message_bytes_max_;
  std::uint64_t peer_reassembly_bytes_;
  send_credit credit_;

  std::unordered_map<std::uint64_t, std::unique_ptr<scheduled>> lanes_;
  scheduled* last_found_ = nullptr;
  std::array<std::deque<scheduled*>, classes> ready_;    // lanes with something unsent
  std::array<std::deque<scheduled*>, classes> blocked_;  // the same, waiting for credit
  std::array<std::deque<sent_fragment>, classes> lost_;
  open_skips skips_;
  std::priority_queue<deadline, std::vector<deadline>, std::greater<>> deadlines_;
  std::deque<send_event> events_;

  std::uint64_t queued_bytes_ = 0;
  std::uint64_t open_reliable_ = 0;
  std::uint64_t fragmented_open_bytes_ = 0;  // reliable messages in fragments, started and not acked
  std::uint64_t bytes_repeated_ = 0;
  std::uint64_t fills_ = 0;
};

}  // namespace tern::proto
