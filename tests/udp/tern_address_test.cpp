#include "udp/tern_address.hpp"

#include "proto/seal/base64url.hpp"

#include <gtest/gtest.h>
#include <ostream>

namespace tern {

void PrintTo(const tern_address& address, std::ostream* out) { *out << address.to_string(); }

namespace {

const std::string key_text(43, 'A');

tern_address parsed(std::string_view text, address_role role = address_role::connect) {
  const auto result = tern_address::parse(text, role);
  EXPECT_TRUE(result) << text << ": " << (result ? "" : result.error());
  return result.value_or(tern_address{});
}

std::string error_of(std::string_view text, address_role role = address_role::connect) {
  const auto result = tern_address::parse(text, role);
  EXPECT_FALSE(result) << text << " became " << (result ? result->to_string() : "");
  return result ? "" : result.error();
}

TEST(TernAddress, AHostAloneMeansTernItsPortAndItsLobby) {
  const auto address = parsed("relay.example.org");
  EXPECT_EQ(address.scheme, address_scheme::tern);
  EXPECT_EQ(address.host, "relay.example.org");
  EXPECT_EQ(address.service, "7777");
  EXPECT_EQ(address.room, "lobby");
  EXPECT_EQ(address.person, "");
  EXPECT_FALSE(address.relay_key);
}

TEST(TernAddress, EveryPartIsTaken) {
  const auto address = parsed("tern://Relay.Example.org:4040/Tea-Room#" + key_text);
  EXPECT_EQ(address.host, "relay.example.org");
  EXPECT_EQ(address.service, "4040");
  EXPECT_EQ(address.room, "tea-room");
  EXPECT_EQ(address.relay_key, proto::public_key{});
}

TEST(TernAddress, APersonStandsInPlaceOfARoom) {
  const auto address = parsed("tern://host/@Ann_1");
  EXPECT_EQ(address.person, "ann_1");
  EXPECT_EQ(address.room, "");
}

TEST(TernAddress, AKeyNeedsNoRoom) {
  EXPECT_TRUE(parsed("host#" + key_text).relay_key);
  EXPECT_TRUE(parsed("tern://host/#" + key_text).relay_key);
  EXPECT_TRUE(parsed("[::1]#" + key_text).relay_key);
}

TEST(TernAddress, TheEndingSlashIsTheLobby) { EXPECT_EQ(parsed("tern://host/").room, "lobby"); }

TEST(TernAddress, PlainTextAddressesHaveAHostAndAPort) {
  const auto udp = parsed("udp://127.0.0.1:9");
  EXPECT_EQ(udp.scheme, address_scheme::udp);
  EXPECT_EQ(udp.host, "127.0.0.1");
  EXPECT_EQ(udp.service, "9");
  EXPECT_EQ(udp.room, "");
  EXPECT_EQ(parsed("TCP://localhost:echo").scheme, address_scheme::tcp);
  EXPECT_EQ(parsed("tcp://localhost:7/").service, "7");
}

TEST(TernAddress, PlainTextAddressesHaveNeitherDefaultPortNorRoomNorKey) {
  EXPECT_NE(error_of("udp://host").find("need a port"), std::string::npos);
  EXPECT_NE(error_of("tcp://[::1]").find("need a port"), std::string::npos);
  EXPECT_NE(error_of("udp://host:7/room").find("no rooms"), std::string::npos);
  EXPECT_NE(error_of("tcp://host:7#" + key_text).find("no key"), std::string::npos);
}

TEST(TernAddress, ServiceNamesMayStandForPorts) {
  EXPECT_EQ(parsed("localhost:echo").service, "echo");
  EXPECT_EQ(parsed("tern://h:HTTP-alt").service, "http-alt");
}

TEST(TernAddress, PortsHaveARange) {
  EXPECT_EQ(parsed("h:1").service, "1");
  EXPECT_EQ(parsed("h:65535").service, "65535");
  EXPECT_EQ(parsed("h:0080").service, "80");
  EXPECT_NE(error_of("h:65536").find("above 65535"), std::string::npos);
  EXPECT_NE(error_of("h:99999999999999999999").find("above 65535"), std::string::npos);
  EXPECT_NE(error_of("h:0").find("only for listening"), std::string::npos);
  EXPECT_EQ(parsed("h:0", address_role::listen).service, "0");
}

TEST(TernAddress, BadPortsAreRefused) {
  for (const std::string_view text : {"h:", "h:-1", "h:+1", "h:1x.", "h:a b", "h: 1", "h:-", "h:under_score",
                                      "h:a-name-that-is-too-long", "h:1.5", "tern://h:/room"}) {
    error_of(text);
  }
}

TEST(TernAddress, IPv6GoesInBrackets) {
  EXPECT_EQ(parsed("[::1]:7").host, "::1");
  EXPECT_EQ(parsed("[2001:DB8::1]").host, "2001:db8::1");
  EXPECT_EQ(parsed("tern://[fe80::1%eth0]:9/room").host, "fe80::1%eth0");
  EXPECT_EQ(parsed("[::ffff:127.0.0.1]:9").host, "::ffff:127.0.0.1");
  EXPECT_EQ(parsed("udp://[::]:0", address_role::listen).host, "::");
}

TEST(TernAddress, IPv6WithoutBracketsIsRefusedWithTheBracketedForm) {
  EXPECT_NE(error_of("::1:7777").find("[::1]:7777"), std::string::npos);
  EXPECT_NE(error_of("tern://2001:db8::1:9").find("[2001:db8::1]:9"), std::string::npos);
  EXPECT_NE(error_of("2001:db8::abcd").find("[2001:db8::abcd]:7777"), std::string::npos);
  EXPECT_NE(error_of("1:2:3:4:5:6:7:8").find("[1:2:3:4:5:6:7:8]:7777"), std::string::npos);
  EXPECT_NE(error_of("udp://fe80::1:53/").find("[fe80::1]:53"), std::string::npos);
  EXPECT_NE(error_of("::1:http").find("[::1]:7777"), std::string::npos);
  EXPECT_NE(error_of("1:2:3:4:5:6:7:8").find("[1:2:3:4:5:6:7:8]:7777"), std::string::npos);
  EXPECT_NE(error_of("a:b:c").find("goes in brackets"), std::string::npos);
}

TEST(TernAddress, BadBracketsAreRefused) {
  for (const std::string_view text : {"[::1", "[]:7", "[host]:7", "[127.0.0.1]:7", "[::1]7", "[::1]x:7",
                                      "[::1]:", "[::1%]:7", "[::1%a/b]:7", "[:::1]:7", "[::1%eth0 ]:7"}) {
    error_of(text);
  }
}

TEST(TernAddress, BadHostsAreRefused) {
  for (const std::string_view text : {"", ":7", "tern://", "tern:///room", "ho st:7", "user@host", "-x:7", "host?x",
                                      "h\xc3\xa4:7", "h\n:7", "tern://#", "h%20:7", "*:7"}) {
    error_of(text);
  }
  error_of(std::string_view{"ho\0st:7", 7});
  error_of(std::string(254, 'a'));
  EXPECT_EQ(parsed(std::string(253, 'a')).host.size(), 253U);
}

TEST(TernAddress, BadRoomsAndNamesAreRefused) {
  for (const std::string_view text :
       {"h/a b", "h//", "h/a/b", "h/@", "h/@@a", "h/a@b", "h/\xc3\xa4", "h/a?", "h/a%20"}) {
    error_of(text);
  }
  EXPECT_EQ(parsed("h/" + std::string(32, 'r')).room.size(), 32U);
  error_of("h/" + std::string(33, 'r'));
  error_of("h/@" + std::string(33, 'r'));
}

TEST(TernAddress, BadKeysAreRefused) {
  error_of("h#");
  error_of("h#" + std::string(42, 'A'));
  error_of("h#" + std::string(44, 'A'));
  error_of("h#" + std::string(43, '+'));
  error_of("h#" + std::string(42, 'A') + "B");  // unused bits that are not zero
  error_of("h#" + key_text + "#" + key_text);
}

TEST(TernAddress, UnknownSchemesAreNamed) {
  EXPECT_NE(error_of("http://host:80").find("'http'"), std::string::npos);
  EXPECT_NE(error_of("://host").find("scheme"), std::string::npos);
}

TEST(TernAddress, MessagesShowNothingThatCouldDisturbATerminal) {
  for (const char c : error_of("\x1b[31m:7/\x07")) EXPECT_GE(c, ' ');
  EXPECT_LT(error_of("h/" + std::string(5000, 'x')).size(), 300U);
}

TEST(TernAddress, ToListenTheHostMayBeLeftOut) {
  for (const std::string_view text : {":7000", "7000", "tern://:7000"}) {
    const auto address = parsed(text, address_role::listen);
    EXPECT_EQ(address.host, "") << text;
    EXPECT_EQ(address.service, "7000") << text;
  }
  EXPECT_EQ(parsed("udp://:7000", address_role::listen).scheme, address_scheme::udp);
  EXPECT_EQ(parsed("udp://7000", address_role::listen).service, "7000");
  EXPECT_EQ(parsed("127.0.0.1", address_role::listen).service, "7777");
}

TEST(TernAddress, ToConnectABareNumberIsAHost) { EXPECT_EQ(parsed("7000").host, "7000"); }

TEST(TernAddress, PrintsTheShortestFormThatMeansTheSame) {
  EXPECT_EQ(parsed("HOST").to_string(), "tern://host");
  EXPECT_EQ(parsed("host:7777/lobby").to_string(), "tern://host");
  EXPECT_EQ(parsed("host:1/tea").to_string(), "tern://host:1/tea");
  EXPECT_EQ(parsed("[::1]/@ann").to_string(), "tern://[::1]/@ann");
  EXPECT_EQ(parsed("udp://[::1]:7777").to_string(), "udp://[::1]:7777");
  EXPECT_EQ(parsed("h#" + key_text).to_string(), "tern://h#" + key_text);
  EXPECT_EQ(parsed("80:7777", address_role::listen).to_string(), "tern://80:7777");
  EXPECT_EQ(parsed(":7777", address_role::listen).to_string(), "tern://:7777");
}

TEST(TernAddress, WhatIsPrintedParsesToTheSame) {
  const std::vector<std::string> hosts{"h", "127.0.0.1", "[::1]", "[fe80::1%eth0]", "a.b-c.d"};
  const std::vector<std::string> ports{"", ":7777", ":1", ":echo"};
  const std::vector<std::string> places{"", "/", "/lobby", "/tea", "/@ann"};
  const std::vector<std::string> keys{"", "#" + key_text, "#" + proto::to_base64url(proto::byte_array<32>{1, 2, 255})};
  for (const auto& host : hosts) {
    for (const auto& port : ports) {
      for (const auto& place : places) {
        for (const auto& key : keys) {
          const auto address = parsed("tern://" + host + port + place + key);
          EXPECT_EQ(parsed(address.to_string()), address);
          EXPECT_EQ(parsed(host + port + place + key), address);
        }
      }
    }
  }
}

TEST(TernAddress, TheAuthorityHasHostAndPort) {
  EXPECT_EQ(parsed("host").authority(), "host:7777");
  EXPECT_EQ(parsed("[::1]:9/x").authority(), "[::1]:9");
}

}  // namespace
}  // namespace tern
