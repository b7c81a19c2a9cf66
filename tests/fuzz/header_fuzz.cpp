// What anyone can send: a packet's header, in a datagram or on a stream, decodes to what we would have written, or is
// refused.
#include "proto/packet/header.hpp"
#include "proto/packet/packet_number.hpp"

#include <algorithm>
#include <cstdlib>

using namespace tern::proto;

namespace {
bool append(writer& out, const stream_data_header&) {
  out.u8(static_cast<std::uint8_t>(packet_type::data));
  return true;
}

void check(byte_view packet, const auto& header) {
  if (!header) return;
  bytes again(packet.size());
  writer out{again};
  if (!std::visit([&](const auto& decoded) { return append(out, decoded); }, *header)) std::abort();
  if (!std::ranges::equal(out.view(), packet.first(out.size()))) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const byte_view packet{data, size};
  const auto header = decode_header(packet);
  check(packet, header);
  check(packet, decode_stream_header(packet));
  if (!header) return 0;
  if (const auto* datagram = std::get_if<data_header>(&*header)) {
    const packet_number expected{std::uint64_t{datagram->truncated_number} << 7U};
    const packet_number full = expand_packet_number(expected, datagram->truncated_number);
    if (truncate_packet_number(full) != datagram->truncated_number) std::abort();
  }
  return 0;
}
