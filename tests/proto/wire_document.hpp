// The golden vectors of proto/WIRE.md, read from the document itself.
#pragma once

#include "proto/bytes.hpp"

#include <map>
#include <string>
#include <vector>

namespace tern::proto {

struct wire_vector {
  std::string kind;  // packet, frame, client-op, relay-op, prologue, preface, stream
  std::string name;
  std::string place;  // WIRE.md:LINE
  bytes octets;
};

struct wire_document {
  std::vector<wire_vector> vectors;
  std::map<std::string, bytes> handshake;         // "A whole handshake", by name
  std::map<std::string, bytes> stream_handshake;  // "Stream mode"
  std::map<std::string, bytes> invite;            // "Invites"
};

// Throws std::runtime_error, with the line, where a block cannot be read.
wire_document read_wire_document(const std::string& path);

}  // namespace tern::proto
