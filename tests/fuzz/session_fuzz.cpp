// A client's session against a relay that says anything, connects and disconnects at any time: nothing crashes,
// nothing grows without bound, and every message has at most one fate. The input is a script of steps.
#include "proto/chat/session.hpp"
#include "proto/packet/reader.hpp"
#include "proto/random.hpp"

#include <cstdlib>
#include <map>

using namespace tern::proto;

namespace {

class counting_entropy : public entropy {
 public:
  void fill(mutable_byte_view out) override {
    for (auto& octet : out) octet = static_cast<std::uint8_t>(source_.next());
  }

 private:
  tern::proto::random source_{1};
};

struct fates {
  std::map<chat::message_id, int> told;
  void tell(chat::message_id id) {
    if (++told[id] > 1) std::abort();
  }
  template <class Event>
  void operator()(const Event&) {}
  void operator()(const chat::message_committed& event) { tell(event.id); }
  void operator()(const chat::message_refused& event) { tell(event.id); }
  void operator()(const chat::message_expired& event) { tell(event.id); }
};

const chat::destination& destination_for(std::uint8_t choice) {
  static const std::vector<chat::destination> all{chat::destination::room("lobby"), chat::destination::person("anna"),
                                                  chat::destination::own_inbox()};
  return all[choice % all.size()];
}

lane_id lane_for(std::uint8_t choice) {
  return choice % 4 == 0 ? chat::control_lane : chat::destination_lane(choice % 4);
}

class player {
 public:
  void step(reader& script) {
    const std::uint8_t action = script.u8();
    const std::uint8_t choice = script.u8();
    switch (action % 8) {
      case 0:
        say(choice);
        break;
      case 1:
        session_.on_connecting(now_, {});
        break;
      case 2:
        session_.on_connected(now_, {});
        break;
      case 3:
        session_.on_disconnected();
        break;
      case 4:
        ask(choice);
        break;
      case 5:
        pass(choice);
        break;
      default:
        hear(choice, script.take(std::min<std::size_t>(script.u8(), script.remaining())));
        break;
    }
    drain();
  }
  void finish() {
    if (session_.undecided() + fates_.told.size() != said_) std::abort();
  }

 private:
  void say(std::uint8_t choice) {
    said_ += session_.say(destination_for(choice), chat::body_kind::bytes, {choice}, {}, now_).has_value() ? 1U : 0U;
  }
  void ask(std::uint8_t choice) {
    const chat::destination& to = destination_for(choice);
    switch (choice % 5) {
      case 0:
        static_cast<void>(session_.join(to, {.backlog_max = choice}));
        break;
      case 1:
        session_.leave(to);
        break;
      case 2:
        static_cast<void>(session_.ask_history(to, {}));
        break;
      case 3:
        static_cast<void>(session_.ask_who(to));
        break;
      default:
        session_.claim_name("anna", "anna-1");
        break;
    }
  }
  void pass(std::uint8_t choice) {
    now_ += std::chrono::milliseconds{std::uint64_t{1} << (choice % 34)};
    session_.on_timeout(now_);
    if (session_.next_deadline() && *session_.next_deadline() <= now_) std::abort();  // a driver would spin
  }
  void hear(std::uint8_t choice, byte_view payload) {
    if (!session_.on_message(lane_for(choice), payload, now_)) session_.on_disconnected();
  }
  void drain() {
    for (int sent = 0; session_.poll_send(now_); ++sent) {
      if (sent > 100'000) std::abort();
    }
    while (const auto event = session_.poll_event()) std::visit(fates_, *event);
  }

  counting_entropy entropy_;
  chat::session session_{{}, entropy_};
  time_point now_{};
  fates fates_;
  std::size_t said_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reader script{{data, size}};
  player play;
  while (!script.at_end()) play.step(script);
  play.finish();
  return 0;
}
