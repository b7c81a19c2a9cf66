// Networks on which UDP failed, each for an hour (protocol.md, 9). Pure; comes from text and
// goes into it, a network a line: `SECONDS NETWORK`, the first the time of the failure.
#pragma once

#include "proto/time.hpp"

#include <map>
#include <string>
#include <string_view>

namespace tern::udp {

class failed_networks {
 public:
  static constexpr std::chrono::hours lifetime{1};
  static constexpr std::size_t networks_max = 64;

  // Lines that say nothing are left out.
  static failed_networks parse(std::string_view text);
  std::string to_text() const;

  // A time in the future is a clock that was wrong: not counted.
  bool contains(const std::string& network, proto::wall_time now) const;
  // False where nothing has changed. Forgets what is older than an hour, then the oldest.
  bool note(const std::string& network, bool udp_works, proto::wall_time now);

 private:
  void tidy(proto::wall_time now);

  std::map<std::string, proto::wall_time> failed_at_;
};

}  // namespace tern::udp
