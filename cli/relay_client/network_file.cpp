#include "cli/relay_client/network_file.hpp"

#include "udp/clock.hpp"

#include <utility>

namespace tern::cli {

network_file::network_file(std::filesystem::path data_folder) : file_(std::move(data_folder) / "udp_failures") {}

bool network_file::has_udp_failed(const std::string& network) {
  return file_.read().contains(network, udp::clock::wall());
}

void network_file::note(const std::string& network, bool udp_works) {
  file_.change([&](udp::failed_networks& kept) { return kept.note(network, udp_works, udp::clock::wall()); });
}

}  // namespace tern::cli
