// What the relay proves itself with: its keys, and the secret by which it knows its own
// connection ids and tokens again.
#pragma once

#include "proto/endpoint/config.hpp"
#include "proto/entropy.hpp"
#include "relay/server/data_folder.hpp"

#include <string>
#include <tl/expected.hpp>

namespace tern::relay {

// `config` with what the folder has; key and secret are made where there are none. The error is
// a line for a person.
tl::expected<proto::endpoint_config, std::string> with_secrets(proto::endpoint_config config, const data_folder& folder,
                                                               proto::entropy& source);

}  // namespace tern::relay
