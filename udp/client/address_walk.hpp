// The addresses of a name, tried in turn, and what became of the tries.
#pragma once

#include "proto/address.hpp"
#include "proto/error.hpp"

#include <optional>
#include <system_error>
#include <vector>

namespace tern::udp {

class address_walk {
 public:
  address_walk() = default;
  explicit address_walk(std::vector<proto::address> addresses) : addresses_(std::move(addresses)) {}

  // The next address to try; nothing when all have been.
  std::optional<proto::address> next() {
    if (tried_ == addresses_.size()) return std::nullopt;
    return addresses_[tried_++];
  }
  bool is_last() const { return tried_ == addresses_.size(); }
  void on_failure(std::error_code error) { last_error_ = error; }
  // Why the last one failed; errc::unreachable before any did.
  std::error_code last_error() const { return last_error_; }

 private:
  std::vector<proto::address> addresses_;
  std::size_t tried_ = 0;
  std::error_code last_error_ = make_error_code(proto::errc::unreachable);
};

}  // namespace tern::udp
