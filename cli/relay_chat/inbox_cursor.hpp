// Up to where private messages were shown to the user: read at the start, kept while they
// come. What goes wrong with its file is a warning, and no reason to end a chat.
#pragma once

#include "cli/chat/cursor_file.hpp"
#include "cli/relay_chat/chat_report.hpp"

#include <filesystem>

namespace tern::cli {

class inbox_cursor {
 public:
  inbox_cursor(std::filesystem::path data_folder, chat_report& report)
      : file_(std::move(data_folder)), report_(report) {}

  // Where to go on reading: at the beginning where nothing is known.
  proto::chat::cursor start(const inbox_owner& owner);
  // What waited is kept as one with on_live(), so that much of it does not mean many writes.
  void on_shown(const proto::chat::cursor& place);
  void on_live(const proto::chat::cursor& place);
  // The relay does not know the place we asked for: what it has is shown from the beginning.
  void on_new_log(const proto::chat::log_id& log);
  void save();

 private:
  void warn(const std::exception& problem);

  cursor_file file_;
  chat_report& report_;
  inbox_owner owner_;
  std::optional<proto::chat::cursor> unsaved_;
  bool is_anew_ = false;  // what is kept counts no longer
  bool is_live_ = false;
  bool has_warned_ = false;
};

}  // namespace tern::cli
