#include "relay/text/telnet_decoder.hpp"

#include <gtest/gtest.h>
#include <string_view>

namespace tern::relay {
namespace {

using namespace std::string_view_literals;

telnet_decoder::result decode(std::string_view input) {
  telnet_decoder decoder;
  return decoder.decode(proto::as_bytes(input));
}

TEST(TelnetDecoder, LeavesTextAlone) { EXPECT_EQ(decode("h\xc3\xa9llo \x1b[2J\n"sv).text, "h\xc3\xa9llo \x1b[2J\n"); }

TEST(TelnetDecoder, TakesBothOfItsLineEndsForOne) {
  EXPECT_EQ(decode("a\r\nb\r\0c\nd\re"sv).text, "a\nb\nc\nd\re");
  EXPECT_EQ(decode("a\r\r\nb"sv).text, "a\r\nb");
}

TEST(TelnetDecoder, RefusesEveryOptionOnce) {
  const auto out = decode("a\xff\xfb\x1f\xff\xfd\x06z\xff\xfc\x01\xff\xfe\x01"sv);
  EXPECT_EQ(out.text, "az");
  EXPECT_EQ(out.answers, "\xff\xfe\x1f\xff\xfc\x06"sv);
}

TEST(TelnetDecoder, SwallowsCommandsAndSubnegotiations) {
  EXPECT_EQ(decode("a\xff\xf4\xff\xfa\x18\x01\xff\xff\nx\xff\xf0z"sv).text, "az");
  EXPECT_EQ(decode("a\xff\xff"sv).text, "a\xff");
}

TEST(TelnetDecoder, SaysThatItIsThere) { EXPECT_EQ(decode("\xff\xf6"sv).answers, "\r\n[yes]\r\n"); }

TEST(TelnetDecoder, TakesItInPiecesOfAnySize) {
  constexpr std::string_view whole = "a\r\nb\xff\xfd\x06\xff\xfa\x18\xff\xf0\r\0c"sv;
  telnet_decoder decoder;
  telnet_decoder::result all;
  for (const char octet : whole) {
    const auto out = decoder.decode(proto::as_bytes(std::string_view{&octet, 1}));
    all.text += out.text;
    all.answers += out.answers;
  }
  EXPECT_EQ(all.text, decode(whole).text);
  EXPECT_EQ(all.answers, decode(whole).answers);
}

}  // namespace
}  // namespace tern::relay
