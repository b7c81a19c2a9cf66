// On which networks UDP failed within the hour, kept between runs, so that the next one begins
// with TCP beside UDP.
#pragma once

#include "cli/files/hint_file.hpp"
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
  hint_file<udp::failed_networks> file_;
};

}  // namespace tern::cli
