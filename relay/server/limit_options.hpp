// The limits of the relay by name, as `--limit NAME=VALUE` sets them.
#pragma once

#include "proto/endpoint/config.hpp"
#include "relay/hub/limits.hpp"
#include "relay/store/retention.hpp"
#include "relay/text/limits.hpp"

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::relay {

struct relay_limits {
  hub_limits& hub;
  text_limits& text;
  proto::endpoint_config& endpoint;
  retention& history;
};

// `text` is NAME=VALUE. The error is a line for a person.
tl::expected<void, std::string> set_limit(relay_limits limits, std::string_view text);

// Whether it can be changed while the relay runs.
bool is_changeable_limit(std::string_view name);

// After the last of them: whether they can be kept together. The error is a line for a person.
tl::expected<void, std::string> check_limits(const hub_limits& limits);

// NAME=VALUE of every limit, a line each.
std::string list_limits(relay_limits limits);

}  // namespace tern::relay
