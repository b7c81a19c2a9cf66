// In which order, and when, the addresses of a relay are tried over UDP and TCP, in the
// manner of RFC 8305: families take turns, each attempt starts a little after the one
// before without waiting for its end, and UDP has a head start over TCP. Pure: knows times
// and addresses, not what becomes of the attempts.
#pragma once

#include "proto/address.hpp"
#include "proto/time.hpp"
#include "udp/transport.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace tern::udp {

struct attempt {
  proto::address remote;
  transport by = transport::udp;
  bool operator==(const attempt&) const = default;
};

class attempt_schedule {
 public:
  // protocol.md, 9: UDPv6 at 0, UDPv4 +50 ms, TCPv6 +200 ms, TCPv4 +250 ms.
  static constexpr std::chrono::milliseconds other_family_delay{50};
  static constexpr std::chrono::milliseconds tcp_delay{200};
  static constexpr std::chrono::milliseconds next_address_delay{250};  // RFC 8305 §5
  static constexpr std::size_t addresses_max = 16;

  enum class start : std::uint8_t { udp_first, together };

  attempt_schedule() = default;
  // `addresses` in the order of preference; those beyond addresses_max are not tried.
  attempt_schedule(std::vector<proto::address> addresses, transport_choice choice, start how, proto::time_point now);

  bool is_empty() const { return steps_.empty(); }
  std::optional<proto::time_point> next_deadline() const;
  std::optional<attempt> take_due(proto::time_point now);
  void forget(const proto::address& remote);
  // What is running has failed: the next one is due at once, and those behind it as much earlier.
  void hurry(proto::time_point now);
  // What is running needs a moment more before another is worth its while.
  void hold(proto::time_point until);

 private:
  struct step {
    proto::time_point at;
    attempt what;
  };
  void shift(proto::duration by);

  std::deque<step> steps_;
};

}  // namespace tern::udp
