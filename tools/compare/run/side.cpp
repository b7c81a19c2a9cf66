#include "tools/compare/run/side.hpp"

namespace tern::compare {

side sender_of(carrier how) {
  switch (how) {
    case carrier::raw_udp:
      return send_raw_udp;
    case carrier::raw_tcp:
      return send_raw_tcp;
    case carrier::tern:
    case carrier::tern_tcp:
      break;
  }
  return send_tern;
}

side receiver_of(carrier how) {
  switch (how) {
    case carrier::raw_udp:
      return receive_raw_udp;
    case carrier::raw_tcp:
      return receive_raw_tcp;
    case carrier::tern:
    case carrier::tern_tcp:
      break;
  }
  return receive_tern;
}

}  // namespace tern::compare
