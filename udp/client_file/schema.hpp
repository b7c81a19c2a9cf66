// The tables of the client's file, and how older ones become these.
#pragma once

#include "udp/client_file/database.hpp"

namespace tern::udp {

// Throws file_error, also where a newer tern has been here.
void prepare_client_file(database& data);

}  // namespace tern::udp
