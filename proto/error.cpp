#include "proto/error.hpp"

#include <string>

namespace tern::proto {

std::string_view to_string(close_code code) {
  switch (code) {
    case close_code::none:
      return "done";
    case close_code::protocol_error:
      return "protocol error";
    case close_code::frame_encoding_error:
      return "undecodable packet";
    case close_code::flow_control_error:
      return "flow control exceeded";
    case close_code::ack_of_unsent:
      return "acknowledged what was never sent";
    case close_code::auth_failed:
      return "identity not proved";
    case close_code::busy:
      return "busy";
    case close_code::going_away:
      return "going away";
    case close_code::idle_timeout:
      return "idle for too long";
    case close_code::evicted:
      return "made room for another connection";
    case close_code::internal:
      return "internal error";
  }
  return "unknown reason";
}

namespace {
class category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "tern"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::queue_full:
        return "too much is waiting to be sent";
      case errc::message_too_big:
        return "the message is too big";
      case errc::closed:
        return "the connection is closed";
      case errc::timeout:
        return "not done in time";
      case errc::refused:
        return "refused";
      case errc::wrong_key:
        return "the relay's key is not the one we know";
      case errc::unknown_key:
        return "the relay's key is unknown";
      case errc::unreachable:
        return "no answer";
      case errc::bad_lane:
        return "no such lane";
      case errc::bad_text:
        return "the text is not valid UTF-8";
    }
    return "unknown error";
  }
};
}  // namespace

const std::error_category& error_category() {
  static const category instance;
  return instance;
}

std::error_code make_error_code(errc error) { return {static_cast<int>(error), error_category()}; }

}  // namespace tern::proto
