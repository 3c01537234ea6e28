// Whether the message a call received last was compressed. gRPC shows it to its own tests alone: by a function that no
// installed header declares.
#pragma once

#include <grpc/grpc.h>

uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);

// Set on messages that came compressed, after they were inflated (GRPC_WRITE_INTERNAL_TEST_ONLY_WAS_COMPRESSED).
constexpr uint32_t kWasCompressed = 0x40000000u;

inline bool LastMessageWasCompressed(grpc_call* call) {
  return (grpc_call_test_only_get_message_flags(call) & kWasCompressed) != 0;
}
