// The options that say what is wrong with a direction of the link. Each is there three
// times: --loss for both directions, --up-loss and --down-loss for one.
#pragma once

#include "tools/link/model/impairments.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tern::link_setting {

struct impairment_option {
  std::string_view name;
  std::string_view value;  // how help shows it
  std::string_view help;
  std::string_view implicit;  // what the option means without a value; empty: it needs one
  // Throws usage_error, with a text that does not name the option.
  void (*apply)(link_model::impairments& to, const std::string& text);
};

std::span<const impairment_option> impairment_options();

}  // namespace tern::link_setting
