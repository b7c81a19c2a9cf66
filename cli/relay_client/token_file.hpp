// The tokens that relays gave, kept between runs beside the file of known relays.
#pragma once

#include "cli/files/hint_file.hpp"
#include "udp/client/kept_tokens.hpp"
#include "udp/route/token_memory.hpp"

#include <filesystem>

namespace tern::cli {

class token_file final : public token_memory {
 public:
  explicit token_file(std::filesystem::path data_folder);

  proto::bytes token_for(const std::string& place) override;
  void keep(const std::string& place, const proto::bytes& token) override;

 private:
  hint_file<udp::kept_tokens> file_;
};

}  // namespace tern::cli
