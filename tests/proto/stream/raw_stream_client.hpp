// A client that shakes hands properly over a stream and then writes whatever a test wants:
// frames sealed under the real keys, or bare octets.
#pragma once

#include "proto/endpoint.hpp"
#include "proto/packet/frame_decode.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/stream/stream_handshake.hpp"
#include "proto/stream/stream_protection.hpp"
#include "proto/stream/stream_reader.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <array>
#include <optional>

namespace tern::proto::test {

class raw_stream_client {
 public:
  raw_stream_client(endpoint& relay, const public_key& relay_key, time_point now)
      : relay_(relay),
        self_(identity::draw(source_)),
        handshake_(connection_id{source_.draw<8>()}, connect_options{relay_key, {}, true, {}, {}}),
        reader_(false) {
    const auto stream = relay.accept_stream(now, from);
    if (!stream) return;
    stream_ = *stream;
    const byte_array<32> hash = handshake_.begin_initial(source_);
    bytes payload(400);
    writer out{payload};
    append(out, params_frame{});
    append(out, auth_frame{self_.public_key().octets, self_.sign_auth(auth_label::early, hash)});
    const bytes initial = handshake_.finish_initial(now, out.view());
    write(bytes(stream_preface.begin(), stream_preface.end()), now);
    write(with_length(initial), now);
    read(now);
  }

  static bytes with_length(byte_view packet) {
    bytes octets(stream_length_bytes + packet.size());
    writer out{octets};
    out.u16(static_cast<std::uint16_t>(packet.size()));
    out.put(packet);
    return octets;
  }

  connection_handle stream() const { return stream_; }
  bool is_connected() const { return protection_.has_value(); }

  void write(bytes octets, time_point now) { relay_.on_stream_data(now, stream_, octets); }
  // Seals `frames` as a packet's whole content.
  bytes sealed(byte_view frames) {
    bytes packet(frames.size() + stream_protection::overhead);
    std::copy(frames.begin(), frames.end(), packet.begin() + stream_data_header_bytes);
    protection_->seal(packet, frames.size());
    return packet;
  }
  void send(byte_view frames, time_point now) { write(sealed(frames), now); }
  template <class... Frames>
  void send_frames(time_point now, const Frames&... frames) {
    bytes payload(60'000);
    writer out{payload};
    (append(out, frames), ...);
    send(out.view(), now);
  }

  // Reads all that the relay has to write. Returns how many octets that was.
  std::size_t read(time_point now) {
    std::size_t total = 0;
    bytes buffer(limits::stream_buffer_bytes_min);
    while (const auto size = relay_.poll_stream(now, stream_, buffer)) {
      total += *size;
      mutable_byte_view input = mutable_byte_view{buffer}.first(*size);
      while (const auto packet = reader_.next(input)) take(*packet);
    }
    return total;
  }
  // What the relay says in CLOSE, if it does.
  std::optional<close_code> close_from_relay(time_point now) {
    read(now);
    return found_.code;
  }

  path from{address::v4(192, 0, 2, 66, 6666), 0};

 private:
  struct close_finder {
    std::optional<close_code> code;
    void operator()(const close_frame& frame) { code = static_cast<close_code>(frame.code); }
    template <class Frame>
    void operator()(const Frame&) {}
  };

  void take(mutable_byte_view packet) {
    if (protection_) {
      if (const auto payload = protection_->open(packet)) static_cast<void>(decode_frames(*payload, found_));
      return;
    }
    const auto header = decode_stream_header(packet.subspan(stream_length_bytes));
    if (!header || !std::holds_alternative<reply_header>(*header)) return;
    if (!handshake_.on_reply(std::get<reply_header>(*header))) return;
    auto keys = handshake_.keys();
    protection_.emplace(std::move(keys.initiator_to_responder), std::move(keys.responder_to_initiator));
    reader_.allow(stream_packet_bytes_max);
  }

  seeded_entropy source_{4711};
  endpoint& relay_;
  identity self_;
  stream_handshake handshake_;
  stream_reader reader_;
  connection_handle stream_;
  std::optional<stream_protection> protection_;
  close_finder found_;
};

}  // namespace tern::proto::test
