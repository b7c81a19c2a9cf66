// On which networks UDP failed within the hour, kept between runs, so that the next one begins
// with TCP beside UDP. A text file that any number of processes read and change at once.
// Only a hint: a file that cannot be read or written is no reason to complain.
#pragma once

#include "udp/client/failed_networks.hpp"
#include "udp/route/network_memory.hpp"

#include <filesystem>

namespace tern::cli {

class network_file final : public network_memory {
 public:
  explicit network_file(std::filesystem::path data_folder);

  bool has_udp_failed(const std::string& network) override;
  void note(const std::string& network, bool udp_works) override;

 private:
  udp::failed_networks read() const;

  std::filesystem::path file_;
};

}  // namespace tern::cli
