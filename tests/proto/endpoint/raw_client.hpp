// A client that shakes hands properly and then sends whatever frames a test wants,
// sealed under the real keys: authenticated, and as malicious as it likes.
#pragma once

#include "proto/connection/packet_protection.hpp"
#include "proto/endpoint.hpp"
#include "proto/handshake/client_handshake.hpp"
#include "proto/packet/frame_decode.hpp"
#include "proto/packet/frame_encode.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <optional>

namespace tern::proto::test {

class raw_client {
 public:
  explicit raw_client(endpoint& relay, const public_key& relay_key, time_point now)
      : relay_(relay),
        self_(identity::draw(source_)),
        id_{source_.draw<8>()},
        handshake_(id_, {relay_key, {}, true, {}, {}}, now) {
    const byte_array<32>& hash = handshake_.begin_initial(source_);
    bytes payload(handshake_.payload_size());
    writer out{payload};
    append(out, params_frame{});
    append(out, auth_frame{self_.public_key().octets, self_.sign_auth(auth_label::early, hash)});
    handshake_.finish_initial(payload);
    bytes initial(limits::datagram_bytes_max);
    initial.resize(*handshake_.poll(now, initial));
    relay_.on_datagram(now, from, initial);
    for (const bytes& answer : take_datagrams(now)) read_reply(answer);
  }

  bool is_connected() const { return protection_.has_value(); }

  // Seals `frames` as the packet's whole content. The number is free to choose.
  void send(byte_view frames, time_point now, std::optional<packet_number> number = std::nullopt) {
    const packet_number used = number.value_or(next_);
    next_ = used.next();
    bytes packet(data_header_bytes + frames.size() + aead_tag_size);
    writer out{packet};
    append(out, data_header{relay_id_, truncate_packet_number(used)});
    std::copy(frames.begin(), frames.end(), packet.begin() + data_header_bytes);
    protection_->seal(used, packet, frames.size());
    relay_.on_datagram(now, from, packet);
  }
  template <class... Frames>
  void send_frames(time_point now, const Frames&... frames) {
    bytes payload(1100);
    writer out{payload};
    (append(out, frames), ...);
    payload.resize(out.size());
    send(payload, now);
  }

  // What the relay says in CLOSE, if it does.
  std::optional<close_code> close_from_relay(time_point now) {
    close_finder found;
    for (bytes& datagram : take_datagrams(now)) {
      const auto header = decode_header(datagram);
      if (!header || !std::holds_alternative<data_header>(*header)) continue;
      const auto opened = protection_->open(std::get<data_header>(*header), datagram);
      if (opened) static_cast<void>(decode_frames(opened->payload, found));
    }
    return found.code;
  }

  path from{address::v4(192, 0, 2, 66, 6666), 0};

 private:
  struct close_finder {
    std::optional<close_code> code;
    void operator()(const close_frame& frame) { code = static_cast<close_code>(frame.code); }
    template <class Frame>
    void operator()(const Frame&) {}
  };
  struct id_finder {
    connection_id id;
    void operator()(const reply_info_frame& frame) { id = frame.relay_cid; }
    template <class Frame>
    void operator()(const Frame&) {}
  };

  std::vector<bytes> take_datagrams(time_point now) {
    std::vector<bytes> taken;
    std::array<std::uint8_t, limits::datagram_bytes_max> buffer{};
    while (const auto sent = relay_.poll_transmit(now, buffer))
      taken.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(sent->size));
    return taken;
  }
  void read_reply(const bytes& datagram) {
    const auto header = decode_header(datagram);
    if (!header || !std::holds_alternative<reply_header>(*header)) return;
    const auto payload = handshake_.on_reply(std::get<reply_header>(*header));
    if (!payload) return;
    id_finder found;
    static_cast<void>(decode_frames(*payload, found));
    relay_id_ = found.id;
    auto keys = handshake_.keys();
    protection_.emplace(std::move(keys.initiator_to_responder), std::move(keys.responder_to_initiator));
  }

  seeded_entropy source_{4711};
  endpoint& relay_;
  identity self_;
  connection_id id_;
  client_handshake handshake_;
  connection_id relay_id_;
  std::optional<packet_protection> protection_;
  packet_number next_{1};
};

}  // namespace tern::proto::test
