#include "cli/relay_client/token_file.hpp"

#include "udp/clock.hpp"

#include <utility>

namespace tern::cli {

token_file::token_file(std::filesystem::path data_folder) : file_(std::move(data_folder) / "relay_tokens") {}

proto::bytes token_file::token_for(const std::string& place) {
  return file_.read().token_for(place, udp::clock::wall());
}

void token_file::keep(const std::string& place, const proto::bytes& token) {
  file_.change([&](udp::kept_tokens& kept) { return kept.keep(place, token, udp::clock::wall()); });
}

}  // namespace tern::cli
