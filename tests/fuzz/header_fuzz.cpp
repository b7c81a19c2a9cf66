// What anyone can send: a datagram's header decodes to what we would have written, or is refused.
#include "proto/packet/header.hpp"
#include "proto/packet/packet_number.hpp"

#include <algorithm>
#include <cstdlib>

using namespace tern::proto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const byte_view datagram{data, size};
  const auto header = decode_header(datagram);
  if (!header) return 0;
  bytes again(size);
  writer out{again};
  if (!std::visit([&](const auto& decoded) { return append(out, decoded); }, *header)) std::abort();
  if (!std::ranges::equal(out.view(), datagram.first(out.size()))) std::abort();
  if (const auto* packet = std::get_if<data_header>(&*header)) {
    const packet_number expected{std::uint64_t{packet->truncated_number} << 7U};
    const packet_number full = expand_packet_number(expected, packet->truncated_number);
    if (truncate_packet_number(full) != packet->truncated_number) std::abort();
  }
  return 0;
}
