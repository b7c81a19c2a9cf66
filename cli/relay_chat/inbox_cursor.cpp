#include "cli/relay_chat/inbox_cursor.hpp"

#include "cli/failure.hpp"

#include <fmt/format.h>
#include <utility>

namespace tern::cli {

proto::chat::cursor inbox_cursor::start(const inbox_owner& owner) {
  owner_ = owner;
  try {
    return file_.find(owner).value_or(proto::chat::cursor{});
  } catch (const failure& problem) {
    warn(problem);
    return {};
  }
}

void inbox_cursor::on_shown(const proto::chat::cursor& place) {
  unsaved_ = place;
  if (is_live_) save();
}

void inbox_cursor::on_live(const proto::chat::cursor& place) {
  is_live_ = true;
  unsaved_ = place;
  save();
}

void inbox_cursor::on_new_log(const proto::chat::log_id& log) {
  is_live_ = false;
  is_anew_ = true;
  unsaved_ = proto::chat::cursor{log, {}, {}};
}

void inbox_cursor::save() {
  const auto place = std::exchange(unsaved_, std::nullopt);
  if (!place) return;
  try {
    if (std::exchange(is_anew_, false)) {
      file_.restart(owner_, *place);
    } else {
      file_.advance(owner_, *place);
    }
  } catch (const failure& problem) {
    warn(problem);
  }
}

void inbox_cursor::warn(const std::exception& problem) {
  if (std::exchange(has_warned_, true)) return;
  report_.warn(fmt::format("{}; private messages that were shown already may be shown again", problem.what()));
}

}  // namespace tern::cli
