// Whatever a visitor sends, in pieces of any size: what reaches the hub is well formed, what reaches a screen has no
// control character, and what is held is bounded. The hub is a stand-in that grants everything and says every line
// back as somebody else's.
#include "proto/random.hpp"
#include "proto/utf8.hpp"
#include "relay/text/session.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace {

using namespace tern;
namespace chat = proto::chat;

void demand(bool truth) {
  if (!truth) std::abort();
}

class fixed_entropy : public proto::entropy {
 public:
  void fill(proto::mutable_byte_view out) override {
    for (auto& octet : out) octet = static_cast<std::uint8_t>(random_.next());
  }

 private:
  proto::random random_{3};
};

class generous_hub {
 public:
  explicit generous_hub(relay::text_session& session) : session_(session) {}

  void serve(proto::time_point now) {
    while (const auto wish = session_.poll_send(now)) {
      const auto op = chat::decode_client_op(wish->payload);
      demand(op.has_value());
      std::visit([&](const auto& known) { on(wish->lane, known, now); }, *op);
    }
  }

 private:
  void tell(proto::lane_id lane, const chat::relay_op& op, proto::time_point now) {
    session_.on_message(lane, chat::encode(op), now);
  }
  void on(proto::lane_id lane, const chat::bind& op, proto::time_point now) {
    tell(lane, chat::bound{.name = op.kind == chat::destination_kind::room ? op.destination : ""}, now);
  }
  void on(proto::lane_id lane, const chat::join&, proto::time_point now) {
    tell(lane, chat::live{.position = heads_[lane]}, now);
  }
  void on(proto::lane_id lane, const chat::say& op, proto::time_point now) {
    demand(op.body.size() <= relay::text_limits{}.line_bytes_max);
    demand(proto::is_valid_utf8(proto::as_text(op.body)));
    auto& head = heads_[lane];
    head = head.next();
    tell(lane, chat::committed{.counter = op.counter, .position = head}, now);
    tell(lane, chat::entry{.position = head, .sender = {1}, .sender_name = "echo", .body = op.body}, now);
  }
  void on(proto::lane_id lane, const chat::claim_name& op, proto::time_point now) {
    tell(lane, chat::named{op.name}, now);
  }
  void on(proto::lane_id lane, const chat::who& op, proto::time_point now) {
    tell(lane, chat::list_end{op.request}, now);
  }
  template <class Op>
  void on(proto::lane_id, const Op&, proto::time_point) {}

  relay::text_session& session_;
  std::map<proto::lane_id, proto::log_position> heads_;
};

void demand_harmless(const std::string& screen) {
  for (const char letter : screen) {
    const auto octet = static_cast<unsigned char>(letter);
    demand(octet >= 0x20 || octet == '\r' || octet == '\n' || octet == '\t');
    demand(octet != 0x7f);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bool asks_options = std::find(data, data + size, 0xff) != data + size;
  fixed_entropy entropy;
  relay::text_counters counters;
  relay::text_session session{{.key = {}, .name = "guest", .address = "::1"}, {}, counters, entropy};
  generous_hub hub{session};
  const proto::time_point now{};
  session.start("lobby", now, {});
  hub.serve(now);
  for (std::size_t at = 0; at < size && session.takes_input();) {
    const std::size_t piece = std::min<std::size_t>(size - at, 1 + data[at] % 64U);
    session.on_bytes({data + at, piece}, now);
    at += piece;
    hub.serve(now);
    const std::string output = session.take_output(now);
    demand(output.size() <= 2 * relay::text_output_bytes_max);
    if (!asks_options) demand_harmless(output);
    hub.serve(now);
  }
  session.on_end(now);
  hub.serve(now);
  demand(session.is_done());
  return 0;
}
