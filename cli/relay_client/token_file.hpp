// The tokens that relays gave, kept between runs beside the file of known relays. Any number
// of processes read and change it at once. Only a hint: a file that cannot be read or written
// is no reason to complain.
#pragma once

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
  udp::kept_tokens read() const;

  std::filesystem::path file_;
};

}  // namespace tern::cli
