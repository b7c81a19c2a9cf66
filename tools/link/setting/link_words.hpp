// The part of a command line that says what a link is like: impairments of both
// directions or of one, a profile to begin with, a NAT that rebinds, the seed.
#pragma once

#include "tools/link/emulator/packet_pump.hpp"
#include "tools/link/setting/command_words.hpp"

#include <span>
#include <string>
#include <vector>

namespace tern::link_setting {

void declare_link(cxxopts::Options& parser);

// Throws usage_error. A seed that is not given is drawn.
link_emulator::link_plan read_link(const cxxopts::ParseResult& parsed);

// "name  description", a line for each profile.
std::string profile_list();

// The words of a command line in the shape that cxxopts wants: a value that may be missing
// stands behind `=`, where people write a space. What is returned refers to `storage` and `words`.
std::vector<const char*> with_joined_values(std::span<const char* const> words, std::vector<std::string>& storage);

// cxxopts quotes in a way that not every terminal shows.
std::string without_curly_quotes(std::string text);

}  // namespace tern::link_setting
