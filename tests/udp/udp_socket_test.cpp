#include "udp/udp_socket.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <poll.h>

namespace tern::udp {
namespace {

const proto::address loopback_v4 = proto::address::v4(127, 0, 0, 1, 0);

proto::address loopback_v6(std::uint16_t port = 0) {
  auto address = any_v6(port);
  address.ip[15] = 1;
  return address;
}

bool has_ipv6() { return udp_socket::open(loopback_v6()).has_value(); }

// Waits for the system, not for time to pass: returns as soon as there is something.
bool wait_for(const udp_socket& socket, short events) {
  pollfd waited{socket.native_handle(), events, 0};
  return ::poll(&waited, 1, 10'000) > 0;
}

std::string receive_text(udp_socket& socket, proto::address* from = nullptr) {
  proto::bytes buffer(2048);
  if (!wait_for(socket, POLLIN)) return "nothing came";
  const auto received = socket.receive(buffer);
  if (!received) return received.error().message();
  if (from != nullptr) *from = received->from;
  return std::string{proto::as_text({buffer.data(), received->size})};
}

TEST(UdpSocket, TakesAFreePortAndSaysWhich) {
  const auto socket = udp_socket::open(loopback_v4);
  ASSERT_TRUE(socket);
  EXPECT_NE(socket->local_address().port, 0);
  EXPECT_TRUE(socket->local_address().is_v4());
}

TEST(UdpSocket, AdoptsASocketThatIsBoundAlready) {
  descriptor made{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  const socket_address wanted{loopback_v4, socket_family::v4};
  ASSERT_EQ(::bind(made.get(), wanted.data(), wanted.size()), 0);
  auto adopted = udp_socket::adopt(std::move(made));
  auto other = udp_socket::open(loopback_v4);
  ASSERT_TRUE(adopted && other);
  EXPECT_NE(adopted->local_address().port, 0);
  ASSERT_FALSE(other->send(proto::as_bytes("for the adopted"), adopted->local_address()));
  EXPECT_EQ(receive_text(*adopted), "for the adopted");
}

TEST(UdpSocket, AdoptingWhatIsNoSocketIsAnError) {
  const auto adopted = udp_socket::adopt(descriptor{});
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error(), std::errc::bad_file_descriptor);
}

TEST(UdpSocket, APortInUseIsAnError) {
  const auto first = udp_socket::open(loopback_v4);
  ASSERT_TRUE(first);
  const auto second = udp_socket::open(first->local_address());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), std::errc::address_in_use);
}

TEST(UdpSocket, AnAddressThatIsNotOursIsAnError) {
  const auto socket = udp_socket::open(proto::address::v4(192, 0, 2, 1, 0));
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error(), std::errc::address_not_available);
}

TEST(UdpSocket, CarriesDatagramsBothWaysWithTheirAddresses) {
  auto a = udp_socket::open(loopback_v4);
  auto b = udp_socket::open(loopback_v4);
  ASSERT_TRUE(a && b);
  ASSERT_FALSE(a->send(proto::as_bytes("there"), b->local_address()));
  proto::address from;
  EXPECT_EQ(receive_text(*b, &from), "there");
  EXPECT_EQ(from, a->local_address());
  ASSERT_FALSE(b->send(proto::as_bytes(""), from));
  EXPECT_EQ(receive_text(*a), "");
}

TEST(UdpSocket, AnEmptySocketWouldBlock) {
  auto socket = udp_socket::open(loopback_v4);
  ASSERT_TRUE(socket);
  proto::bytes buffer(16);
  EXPECT_EQ(socket->receive(buffer).error(), std::errc::operation_would_block);
}

TEST(UdpSocket, TheWildcardTakesBothFamilies) {
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 here";
  auto any = udp_socket::open_any(0);
  auto v4 = udp_socket::open(loopback_v4);
  auto v6 = udp_socket::open(loopback_v6());
  ASSERT_TRUE(any && v4 && v6);
  auto to_v4 = loopback_v4;
  to_v4.port = any->local_address().port;
  ASSERT_FALSE(v4->send(proto::as_bytes("four"), to_v4));
  proto::address from;
  EXPECT_EQ(receive_text(*any, &from), "four");
  EXPECT_EQ(from, v4->local_address());
  ASSERT_FALSE(any->send(proto::as_bytes("back"), from));
  EXPECT_EQ(receive_text(*v4), "back");
  ASSERT_FALSE(v6->send(proto::as_bytes("six"), loopback_v6(any->local_address().port)));
  EXPECT_EQ(receive_text(*any, &from), "six");
  EXPECT_EQ(from, v6->local_address());
}

TEST(UdpSocket, KnowsWhatItCannotReach) {
  auto v4 = udp_socket::open(loopback_v4);
  ASSERT_TRUE(v4);
  EXPECT_FALSE(v4->reaches(loopback_v6(1)));
  EXPECT_EQ(v4->send({}, loopback_v6(1)), std::errc::address_family_not_supported);
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 here";
  EXPECT_FALSE(udp_socket::open(loopback_v6())->reaches(loopback_v4));
  EXPECT_TRUE(udp_socket::open_any(0)->reaches(loopback_v4));
}

TEST(UdpSocket, ADatagramThatIsTooBigIsAnErrorAndTheNextOneIsNot) {
  auto a = udp_socket::open(loopback_v4);
  auto b = udp_socket::open(loopback_v4);
  ASSERT_TRUE(a && b);
  const proto::bytes huge(70'000);
  EXPECT_EQ(a->send(huge, b->local_address()), std::errc::message_size);
  EXPECT_FALSE(a->send(proto::as_bytes("small"), b->local_address()));
  EXPECT_EQ(receive_text(*b), "small");
}

#if defined(__linux__)

void expect_closed_port_is_reported(udp_socket socket, const proto::address& closed) {
  ASSERT_FALSE(socket.send(proto::as_bytes("anyone?"), closed));
  ASSERT_TRUE(wait_for(socket, POLLERR));
  const auto report = socket.poll_unreachable();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->remote, closed);
  EXPECT_EQ(report->reason, std::errc::connection_refused);
  EXPECT_FALSE(socket.poll_unreachable());
}

proto::address closed_port(const proto::address& local) {
  return udp_socket::open(local)->local_address();  // closed again by the end of this line
}

TEST(UdpSocket, AClosedPortIsReportedWithItsAddress) {
  expect_closed_port_is_reported(std::move(*udp_socket::open(loopback_v4)), closed_port(loopback_v4));
  expect_closed_port_is_reported(std::move(*udp_socket::open_any(0)), closed_port(loopback_v4));
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 here";
  expect_closed_port_is_reported(std::move(*udp_socket::open_any(0)), closed_port(loopback_v6()));
}

TEST(UdpSocket, AClosedPortDoesNotDisturbOtherDestinations) {
  auto a = udp_socket::open(loopback_v4);
  auto b = udp_socket::open(loopback_v4);
  ASSERT_TRUE(a && b);
  ASSERT_FALSE(a->send(proto::as_bytes("anyone?"), closed_port(loopback_v4)));
  ASSERT_TRUE(wait_for(*a, POLLERR));
  EXPECT_FALSE(a->send(proto::as_bytes("there"), b->local_address()));
  EXPECT_EQ(receive_text(*b), "there");
  proto::bytes buffer(16);
  EXPECT_EQ(a->receive(buffer).error(), std::errc::operation_would_block);
}

TEST(UdpSocket, CountsWhatTheReceiveBufferHadNoRoomFor) {
  udp_socket_options small;
  small.receive_buffer_bytes = 4096;
  auto a = udp_socket::open(loopback_v4);
  auto b = udp_socket::open(loopback_v4, small);
  ASSERT_TRUE(a && b);
  if (!b->receive_drops()) GTEST_SKIP() << "this kernel does not tell";
  EXPECT_EQ(*b->receive_drops(), 0U);
  const proto::bytes kilobyte(1000);
  for (int i = 0; i < 100; ++i) ASSERT_FALSE(a->send(kilobyte, b->local_address()));
  proto::bytes buffer(2048);
  std::uint64_t received = 0;
  while (b->receive(buffer)) ++received;
  EXPECT_GT(received, 0U);
  EXPECT_EQ(*b->receive_drops(), 100 - received);
}

#endif

}  // namespace
}  // namespace tern::udp
