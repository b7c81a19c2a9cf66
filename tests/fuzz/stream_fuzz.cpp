// A relay's endpoint under whoever connects by TCP: the input is cut into pieces that are
// written to a stream of their own, or to that of an authenticated client, sealed (encrypt
// after mutating) or bare. And a client under a relay that says anything. Whatever happens,
// endpoints stay bounded and say nothing to strangers.
#include "tests/proto/stream/raw_stream_client.hpp"

#include <cstdlib>

using namespace tern::proto;

namespace {

class scene {
 public:
  scene() {
    if (!client_.is_connected()) std::abort();
    client_.send(bytes{0x01, 1, 2, 3, 4, 5, 6, 7, 8}, now_);
  }

  void step(std::uint8_t choice, byte_view chosen) {
    now_ += std::chrono::milliseconds{choice & 0x0fU};
    bytes octets(chosen.begin(), chosen.end());
    switch (choice >> 6U) {
      case 0:
        if (!octets.empty()) client_.send(octets, now_);
        break;
      case 1:
        client_.write(octets, now_);
        break;
      case 2:
        if (!stranger_) stranger_ = *relay_.accept_stream(now_, strangers_path_);
        relay_.on_stream_data(now_, *stranger_, octets);
        break;
      default:
        caller_.on_stream_data(now_, call_, octets);
    }
    turn();
  }
  void finish() {
    if (stranger_) relay_.on_stream_end(now_, *stranger_);
    for (const int seconds : {100, 10}) {  // idle, then lingered away
      now_ += std::chrono::seconds{seconds};
      turn();
    }
    if (relay_.connection_count() != 0 || caller_.connection_count() != 0) std::abort();
  }

 private:
  static endpoint_config config() {
    endpoint_config made;
    static const auto key = [] {
      test::seeded_entropy source{1};
      return std::make_shared<x25519_keypair>(x25519_keypair::draw(source));
    }();
    made.relay_key = key;
    return made;
  }
  connection_handle call() {
    connect_options options;
    options.relay_key = key_;
    options.self = std::make_shared<identity>(identity::draw(source_));
    return caller_.connect_stream(now_, strangers_path_, options);
  }
  void turn() {
    drain(relay_);
    drain(caller_);
    client_.read(now_);
    bytes buffer(limits::stream_buffer_bytes_min);
    if (stranger_) {
      // Strangers hear one RETRY at most.
      while (const auto size = relay_.poll_stream(now_, *stranger_, buffer)) said_ += *size;
      if (said_ > stream_length_bytes + retry_bytes_fixed) std::abort();
    }
    while (caller_.poll_stream(now_, call_, buffer)) {
    }
    drain(relay_);
    drain(caller_);
  }
  void drain(endpoint& side) {
    while (const auto event = side.poll_event()) {
      if (const auto* ready = std::get_if<readable>(&*event))
        while (side.receive(ready->connection, now_)) {
        }
    }
    const auto deadline = side.next_deadline();
    if (deadline && *deadline <= now_) side.on_timeout(now_);
  }

  time_point now_{std::chrono::hours{1}};
  test::seeded_entropy source_{1};
  endpoint relay_{config(), source_, now_};
  public_key key_ = config().relay_key->public_part();
  test::raw_stream_client client_{relay_, key_, now_};
  path strangers_path_{address::v4(198, 51, 100, 7, 7), 0};
  std::optional<connection_handle> stranger_;
  std::size_t said_ = 0;
  endpoint caller_{endpoint_config{}, source_, now_};
  connection_handle call_ = call();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scene all;
  reader in{byte_view{data, size}};
  while (!in.at_end() && !in.failed()) {
    const std::uint8_t choice = in.u8();
    const std::size_t length = (choice & 0x20U) != 0 ? in.u16() : in.u8();
    all.step(choice, in.take(std::min(length, in.remaining())));
  }
  all.finish();
  return 0;
}
