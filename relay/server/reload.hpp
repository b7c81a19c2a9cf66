// Reads the settings of a running relay again, and changes what can be changed while it
// runs: the limits of hub and endpoint, and the log. The rest is named in the log. All or nothing: a file
// with a mistake changes nothing.
#pragma once

#include "proto/endpoint.hpp"
#include "relay/hub/hub.hpp"
#include "relay/server/event_log.hpp"
#include "relay/server/options.hpp"

#include <map>
#include <string>
#include <vector>

namespace tern::relay {

struct setting_change {
  std::string name;
  std::string before;  // "default" where it was not set
  std::string after;
};

// In the order of their names.
std::vector<setting_change> changes_between(const std::map<std::string, std::string>& before,
                                            const std::map<std::string, std::string>& after);
// Whether it can be changed while the relay runs.
bool is_changeable(std::string_view setting);

class reload {
 public:
  // Hub, endpoint and log outlive it.
  reload(const server_options& started_with, hub& hub, proto::endpoint& endpoint, event_log& log)
      : running_(started_with), hub_(hub), endpoint_(endpoint), log_(log) {}

  // Whatever comes of it goes into the log.
  void run();

 private:
  void take(const server_options& wanted);

  server_options running_;
  hub& hub_;
  proto::endpoint& endpoint_;
  event_log& log_;
};

}  // namespace tern::relay
