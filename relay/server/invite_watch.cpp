#include "relay/server/invite_watch.hpp"

#include "relay/server/private_file.hpp"
#include "udp/clock.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <utility>

namespace tern::relay {

namespace {
constexpr std::chrono::seconds interval{1};
}  // namespace

invite_watch::state invite_watch::state_now() const {
  struct ::stat found {};
  if (::stat(file_.c_str(), &found) != 0) return {};
  constexpr std::int64_t second = 1'000'000'000;
  return {found.st_ino, found.st_ctim.tv_sec * second + found.st_ctim.tv_nsec, found.st_size};
}

void invite_watch::look_again() {
  seen_ = state_now();
  read();
  tell();
}

void invite_watch::look() {
  const auto now = udp::clock::wall();
  const auto good = std::ranges::count_if(list_.all(), [now](const auto& each) { return each.is_good(now); });
  if (state_now() != seen_) {
    look_again();
  } else if (static_cast<std::size_t>(good) != good_) {
    tell();
  }
  timer_.expires_after(interval);
  timer_.async_wait([this](std::error_code error) {
    if (!error) look();
  });
}

// A mistake is said and changes nothing: whoever is good stays good. At the start that is nobody.
void invite_watch::read() {
  is_read_ = false;
  const auto text = read_private_file(file_);
  if (!text) return log_.error("invites", {{"problem", text.error()}});
  auto list = invite_list::parse(text->value_or(""));
  if (!list) return log_.error("invites", {{"file", file_.string()}, {"problem", list.error()}});
  is_read_ = text->has_value();
  list_ = std::move(*list);
}

void invite_watch::tell() {
  auto good = list_.good_at(udp::clock::wall());
  good_ = good.size();
  log_.info("invites", {{"good", std::to_string(good_)}, {"of", std::to_string(list_.all().size())}});
  tell_(std::move(good));
}

}  // namespace tern::relay
