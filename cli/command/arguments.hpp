// The words of a command line, sorted into options and the rest.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tern::cli {

struct option {
  std::string_view names;  // "count", or "q,quiet", or "4"
  std::string_view value;  // what to call its value, such as N; empty for a switch
  std::string_view help;
  // The name that stands for it: the long one where there is one.
  std::string_view key() const { return names.size() > 2 && names[1] == ',' ? names.substr(2) : names; }
};

inline void append(std::vector<option>& to, const std::vector<option>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

class arguments {
 public:
  // `words` without the names of program and command. Throws failure (usage). `--` ends the options.
  static arguments parse(std::span<const char* const> words, std::span<const option> options);

  bool has(std::string_view key) const { return values_.contains(key); }
  // How many times a switch was given.
  std::size_t count(std::string_view key) const;
  // The last value given.
  std::optional<std::string> value(std::string_view key) const;
  // Both throw failure (usage) for a value that cannot be understood.
  std::optional<std::chrono::nanoseconds> duration(std::string_view key) const;
  std::optional<std::uint64_t> number(std::string_view key, std::uint64_t minimum, std::uint64_t maximum) const;

  // What is no option, in order.
  const std::vector<std::string>& words() const { return words_; }
  // Throws failure (usage) unless there are that many; `expected` names them for the message.
  void require_words(std::size_t minimum, std::size_t maximum, std::string_view expected) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> words_;
};

}  // namespace tern::cli
