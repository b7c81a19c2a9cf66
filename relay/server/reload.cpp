#include "relay/server/reload.hpp"

#include "relay/server/limit_options.hpp"

#include <algorithm>
#include <iterator>

namespace tern::relay {

namespace {

constexpr std::string_view limit_prefix = "limit ";

std::string value_of(const std::map<std::string, std::string>& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "default" : found->second;
}

// Told on the command line as well as on standard error, where a prefix says who speaks.
std::string without_prefix(std::string text) {
  constexpr std::string_view prefix = "tern-relay: ";
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return text.substr(0, text.find('\n'));
}

// A pipe has nothing left to say, or everyone who is connected would wait for it.
bool can_be_read_again(const std::filesystem::path& file) {
  std::error_code unknown;
  return !std::filesystem::is_fifo(file, unknown);
}

}  // namespace

std::vector<setting_change> changes_between(const std::map<std::string, std::string>& before,
                                            const std::map<std::string, std::string>& after) {
  std::map<std::string, std::string> names = before;
  names.insert(after.begin(), after.end());
  std::vector<setting_change> changes;
  for (const auto& [name, value] : names) {
    setting_change change{name, value_of(before, name), value_of(after, name)};
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

bool is_changeable(std::string_view setting) {
  if (setting == "log-level" || setting == "log-format") return true;
  return setting.starts_with(limit_prefix) && is_changeable_limit(setting.substr(limit_prefix.size()));
}

void reload::run() {
  if (running_.config.empty()) {
    log_.warning("reload", {{"changed", "nothing"}, {"why", "started without --config"}});
    return;
  }
  if (!can_be_read_again(running_.config)) {
    log_.error("reload", {{"changed", "nothing"}, {"why", running_.config.string() + ": a pipe is read once"}});
    return;
  }
  const command_line again = parse_command_line(running_.words);
  if (again.ends) {
    log_.error("reload", {{"changed", "nothing"}, {"why", without_prefix(again.text)}});
    return;
  }
  take(again.run);
}

void reload::take(const server_options& wanted) {
  const auto changes = changes_between(running_.settings, wanted.settings);
  const auto changed = std::count_if(changes.begin(), changes.end(),
                                     [](const setting_change& change) { return is_changeable(change.name); });
  // At the former level or the new one, whichever says more.
  log_.change(std::min(running_.log, wanted.log), wanted.format);
  for (const auto& [name, before, after] : changes) {
    if (is_changeable(name)) {
      log_.info("setting", {{"name", name}, {"before", before}, {"now", after}});
      if (after == "default") running_.settings.erase(name);
      if (after != "default") running_.settings[name] = after;
    } else {
      log_.warning("setting-kept", {{"name", name}, {"still", before}, {"asked", after}, {"why", "takes a restart"}});
    }
  }
  log_.info("reload", {{"changed", std::to_string(changed)},
                       {"kept-until-restart", std::to_string(std::ssize(changes) - changed)},
                       {"file", wanted.config.string()}});
  running_.log = wanted.log;
  running_.format = wanted.format;
  log_.change(running_.log, running_.format);
  hub_.change_limits(wanted.limits);
  endpoint_.change_limits(wanted.endpoint);
}

}  // namespace tern::relay
