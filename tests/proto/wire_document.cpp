#include "tests/proto/wire_document.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tern::proto {

namespace {
unsigned nibble(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  throw std::runtime_error{std::string{"not a hexadecimal digit: "} + digit};
}

// "00{1190}" repeats the octet before the brace.
bytes from_hex(const std::string& text) {
  std::string digits;
  for (const char each : text) {
    if (each != ' ' && each != '\n') digits += each;
  }
  bytes octets;
  for (std::size_t i = 0; i < digits.size();) {
    if (digits[i] == '{') {
      const std::size_t close = digits.find('}', i);
      octets.insert(octets.end(), std::stoul(digits.substr(i + 1, close - i - 1)) - 1, octets.back());
      i = close + 1;
      continue;
    }
    if (i + 1 == digits.size()) throw std::runtime_error{"an odd number of digits"};
    octets.push_back(static_cast<std::uint8_t>(nibble(digits[i]) << 4U | nibble(digits[i + 1])));
    i += 2;
  }
  return octets;
}

// Lines up to the closing fence.
std::string rest_of_block(std::istream& in, int& line_number) {
  std::string block;
  for (std::string line; std::getline(in, line) && line != "```";) {
    ++line_number;
    block += line + '\n';
  }
  ++line_number;
  return block;
}

std::map<std::string, bytes> named_values(const std::string& block) {
  std::map<std::string, std::string> texts;
  std::string name;
  std::istringstream in{block};
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with(':')) {
      name = line.substr(0, line.size() - 1);
    } else {
      texts[name] += line;
    }
  }
  std::map<std::string, bytes> values;
  for (const auto& [key, text] : texts) values[key] = from_hex(text);
  return values;
}
}  // namespace

wire_document read_wire_document(const std::string& path) {
  std::ifstream in{path};
  if (!in) throw std::runtime_error{"cannot read " + path};
  wire_document document;
  int line_number = 0;
  for (std::string line; std::getline(in, line);) {
    ++line_number;
    const std::string place = "WIRE.md:" + std::to_string(line_number);
    if (line == "```handshake") document.handshake = named_values(rest_of_block(in, line_number));
    if (line == "```stream-handshake") document.stream_handshake = named_values(rest_of_block(in, line_number));
    if (line == "```invite") document.invite = named_values(rest_of_block(in, line_number));
    std::istringstream words{line};
    wire_vector vector;
    std::string fence;
    if (!(words >> fence >> vector.kind >> vector.name) || fence != "```hex") continue;
    try {
      vector.octets = from_hex(rest_of_block(in, line_number));
    } catch (const std::exception& error) {
      throw std::runtime_error{place + ": " + error.what()};
    }
    vector.place = place;
    document.vectors.push_back(std::move(vector));
  }
  return document;
}

}  // namespace tern::proto
