// Links by name: what people mean when they say "over satellite". Figures are typical,
// not measured from one provider. "Up" is from client to relay.
#pragma once

#include "tools/link/model/impairments.hpp"
#include "tools/link/model/rebinding.hpp"

#include <span>
#include <string_view>

namespace tern::link_model {

struct profile {
  std::string_view name;
  std::string_view description;
  impairments up;
  impairments down;
  rebinding nat;
};

// All of them, in the order in which a list should show them. Lives as long as the program.
std::span<const profile> profiles();
// Null where there is none of that name.
const profile* find_profile(std::string_view name);

}  // namespace tern::link_model
