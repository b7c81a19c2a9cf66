#include "udp/client/failed_networks.hpp"

#include <algorithm>
#include <charconv>

namespace tern::udp {

namespace {

using std::chrono::seconds;

bool counts(proto::wall_time failed_at, proto::wall_time now) {
  return failed_at <= now && now - failed_at < failed_networks::lifetime;
}

}  // namespace

failed_networks failed_networks::parse(std::string_view text) {
  failed_networks result;
  while (!text.empty() && result.failed_at_.size() < networks_max) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::int64_t since_epoch = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), since_epoch);
    const auto digits = static_cast<std::size_t>(end - line.data());
    const bool is_a_time = error == std::errc{} && since_epoch > 0 && since_epoch < (std::int64_t{1} << 40);
    if (!is_a_time || digits + 1 >= line.size() || line[digits] != ' ') continue;
    result.failed_at_[std::string{line.substr(digits + 1)}] = proto::wall_time{seconds{since_epoch}};
  }
  return result;
}

std::string failed_networks::to_text() const {
  std::string text;
  for (const auto& [network, at] : failed_at_)
    text += std::to_string(std::chrono::duration_cast<seconds>(at.time_since_epoch()).count()) + ' ' + network + '\n';
  return text;
}

bool failed_networks::contains(const std::string& network, proto::wall_time now) const {
  const auto found = failed_at_.find(network);
  return found != failed_at_.end() && counts(found->second, now);
}

bool failed_networks::note(const std::string& network, bool udp_works, proto::wall_time now) {
  if (udp_works) return failed_at_.erase(network) > 0;
  // Once a minute is often enough for what holds an hour.
  if (contains(network, now) && now - failed_at_.at(network) < std::chrono::minutes{1}) return false;
  failed_at_[network] = now;
  tidy(now);
  return true;
}

void failed_networks::tidy(proto::wall_time now) {
  std::erase_if(failed_at_, [&](const auto& each) { return !counts(each.second, now); });
  if (failed_at_.size() <= networks_max) return;
  const auto is_older = [](const auto& left, const auto& right) { return left.second < right.second; };
  failed_at_.erase(std::ranges::min_element(failed_at_, is_older));
}

}  // namespace tern::udp
