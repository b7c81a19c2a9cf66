#include "cli/relay_client/network_file.hpp"

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"
#include "udp/clock.hpp"

namespace tern::cli {

network_file::network_file(std::filesystem::path data_folder) : file_(std::move(data_folder) / "udp_failures") {}

udp::failed_networks network_file::read() const {
  try {
    return udp::failed_networks::parse(read_private_file(file_).value_or(""));
  } catch (const failure&) {
    return {};
  }
}

bool network_file::has_udp_failed(const std::string& network) { return read().contains(network, udp::clock::wall()); }

void network_file::note(const std::string& network, bool udp_works) {
  if (auto before = read(); !before.note(network, udp_works, udp::clock::wall())) return;
  try {
    make_private_folder(file_.parent_path());
    const file_lock lock(file_);
    auto now = read();
    if (now.note(network, udp_works, udp::clock::wall())) replace_private_file(file_, now.to_text());
  } catch (const failure&) {
    return;  // the folder may be read-only
  }
}

}  // namespace tern::cli
