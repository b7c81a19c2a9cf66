#include "udp/client/kept_tokens.hpp"

#include "proto/packet/header.hpp"
#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace tern::udp {

namespace {

using std::chrono::seconds;

bool counts(proto::wall_time given_at, proto::wall_time now) {
  return given_at <= now && now - given_at < kept_tokens::lifetime;
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_a_time = error == std::errc{} && end == text.data() + text.size() && value > 0;
  return is_a_time && value < (std::int64_t{1} << 40) ? std::optional{value} : std::nullopt;
}

// The text up to the next `end`, which is taken off, too.
std::string_view take_until(std::string_view& text, char end) {
  const auto part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

}  // namespace

kept_tokens kept_tokens::parse(std::string_view text) {
  kept_tokens result;
  while (!text.empty() && result.tokens_.size() < tokens_max) {
    auto line = take_until(text, '\n');
    const auto given_at = seconds_of(take_until(line, ' '));
    auto token = proto::from_base64url(take_until(line, ' '));
    if (!given_at || !token || token->empty() || token->size() > proto::token_bytes_max || line.empty()) continue;
    result.tokens_[std::string{line}] = {std::move(*token), proto::wall_time{seconds{*given_at}}};
  }
  return result;
}

std::string kept_tokens::to_text() const {
  std::string text;
  for (const auto& [place, kept] : tokens_) {
    const auto given_at = std::chrono::duration_cast<seconds>(kept.given_at.time_since_epoch()).count();
    text += std::to_string(given_at) + ' ' + proto::to_base64url(kept.token) + ' ' + place + '\n';
  }
  return text;
}

proto::bytes kept_tokens::token_for(const std::string& place, proto::wall_time now) const {
  const auto found = tokens_.find(place);
  return found != tokens_.end() && counts(found->second.given_at, now) ? found->second.token : proto::bytes{};
}

bool kept_tokens::keep(const std::string& place, const proto::bytes& token, proto::wall_time now) {
  // Every connection brings one; writing them all would wear the disk for nothing.
  const auto found = tokens_.find(place);
  if (found != tokens_.end() && counts(found->second.given_at, now) &&
      now - found->second.given_at < std::chrono::hours{1})
    return false;
  tokens_[place] = {token, now};
  tidy(now);
  return true;
}

void kept_tokens::tidy(proto::wall_time now) {
  std::erase_if(tokens_, [&](const auto& each) { return !counts(each.second.given_at, now); });
  if (tokens_.size() <= tokens_max) return;
  const auto is_older = [](const auto& left, const auto& right) {
    return left.second.given_at < right.second.given_at;
  };
  tokens_.erase(std::ranges::min_element(tokens_, is_older));
}

}  // namespace tern::udp
