// On which networks UDP does not get through, kept longer than a connection lives. Only a
// hint: what is remembered wrongly costs some packets.
#pragma once

#include <string>

namespace tern {

class network_memory {
 public:
  virtual ~network_memory() = default;

  // UDP was seen to fail there within the hour. `network` as udp::network_towards() names it.
  virtual bool has_udp_failed(const std::string& network) = 0;
  virtual void note(const std::string& network, bool udp_works) = 0;
};

}  // namespace tern
