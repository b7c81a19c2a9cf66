// How a connection ends and why, in our words or the peer's. Sees to it that the owner
// is told once.
#pragma once

#include "proto/connection/environment.hpp"
#include "proto/error.hpp"
#include "proto/packet/frame.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace tern::proto {

class ending {
 public:
  void decide(closed::cause how, close_code code, std::string_view reason) {
    how_ = how;
    code_ = code;
    reason_ = reason;
  }
  // Our CLOSE; the view in it points here.
  close_frame frame() const { return {static_cast<std::uint64_t>(code_), reason_}; }
  // Once: the first time decides what the owner hears.
  void tell(const connection_environment& environment, connection_handle connection) {
    if (!std::exchange(told_, true)) environment.tell(closed{connection, how_, code_, reason_});
  }

 private:
  closed::cause how_ = closed::cause::by_us;
  close_code code_ = close_code::none;
  std::string reason_;
  bool told_ = false;
};

}  // namespace tern::proto
