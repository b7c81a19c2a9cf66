#include "cli/relay_client/token_file.hpp"

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"
#include "udp/clock.hpp"

#include <utility>

namespace tern::cli {

token_file::token_file(std::filesystem::path data_folder) : file_(std::move(data_folder) / "relay_tokens") {}

udp::kept_tokens token_file::read() const {
  try {
    return udp::kept_tokens::parse(read_private_file(file_).value_or(""));
  } catch (const failure&) {
    return {};
  }
}

proto::bytes token_file::token_for(const std::string& place) { return read().token_for(place, udp::clock::wall()); }

void token_file::keep(const std::string& place, const proto::bytes& token) {
  if (auto before = read(); !before.keep(place, token, udp::clock::wall())) return;
  try {
    make_private_folder(file_.parent_path());
    const file_lock lock(file_);
    auto now = read();
    if (now.keep(place, token, udp::clock::wall())) replace_private_file(file_, now.to_text());
  } catch (const failure&) {
    return;  // the folder may be read-only
  }
}

}  // namespace tern::cli
