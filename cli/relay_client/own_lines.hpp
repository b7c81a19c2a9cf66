// Which entries of a room are lines that this very program said, and so are not shown
// again. The key alone does not tell: the same person may chat from two terminals.
#pragma once

#include "proto/chat/destination.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tern::cli {

class own_lines {
 public:
  void on_said(const proto::chat::destination& to, const std::string& text) { ++said_[{to, text}]; }
  // It will never be an entry.
  void on_not_committed(const proto::chat::destination& to, const std::string& text) { take_back(to, text); }
  // An entry of our key came: is it one of ours? Each line counts once.
  bool take_back(const proto::chat::destination& to, std::string_view text) {
    const auto found = said_.find({to, std::string(text)});
    if (found == said_.end()) return false;
    if (--found->second == 0) said_.erase(found);
    return true;
  }

 private:
  std::map<std::pair<proto::chat::destination, std::string>, std::size_t> said_;
};

}  // namespace tern::cli
