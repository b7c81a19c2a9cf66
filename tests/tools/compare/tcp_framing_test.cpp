#include "tools/compare/run/tcp_framing.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tern::compare {
namespace {

std::vector<proto::bytes> feed(tcp_unframer& unframer, proto::byte_view piece) {
  const auto space = unframer.space();
  std::copy(piece.begin(), piece.end(), space.begin());
  unframer.on_received(piece.size());
  std::vector<proto::bytes> messages;
  while (const auto message = unframer.next()) messages.emplace_back(message->begin(), message->end());
  return messages;
}

TEST(TcpFraming, ALengthIsTwoOctetsMostSignificantFirst) {
  proto::bytes stream;
  append_framed(stream, proto::bytes(258, 7));
  EXPECT_EQ(stream.size(), 260U);
  EXPECT_EQ(stream[0], 1);
  EXPECT_EQ(stream[1], 2);
}

RC_GTEST_PROP(TcpFraming, AStreamInAnyPiecesGivesTheSameMessages, ()) {
  const auto messages = *rc::gen::container<std::vector<proto::bytes>>(rc::gen::arbitrary<proto::bytes>());
  proto::bytes stream;
  for (const auto& each : messages) append_framed(stream, each);
  tcp_unframer unframer;
  std::vector<proto::bytes> got;
  for (std::size_t at = 0; at < stream.size();) {
    const auto size = std::min(stream.size() - at, *rc::gen::inRange<std::size_t>(1, 20));
    for (auto& each : feed(unframer, proto::byte_view{stream}.subspan(at, size))) got.push_back(std::move(each));
    at += size;
  }
  RC_ASSERT(got == messages);
}

}  // namespace
}  // namespace tern::compare
