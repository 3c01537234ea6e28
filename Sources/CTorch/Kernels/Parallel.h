// Loops on libtorch's own threads.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace ctorch {

/// Calls `body(context, item)` for every item below `count`, on as many threads as libtorch's operations use now. Which
/// thread takes which item is open: the items' results must not depend on each other.
void parallelItems(int64_t count, void (*body)(void *context, int64_t item), void *context);

template <class Body> void parallel(int64_t count, const Body &body) {
  parallelItems(
      count, [](void *context, int64_t item) { (*static_cast<const Body *>(context))(item); },
      const_cast<Body *>(&body));
}

struct Free {
  void operator()(float *memory) const { std::free(memory); }
};

/// Memory for so many floats, on a cache line.
using Room = std::unique_ptr<float, Free>;
Room room(int64_t floats);

/// The calling thread's scratch memory of at least so many floats, on a cache line; it stays for the next call.
/// `slot` tells buffers apart that are in use at the same time.
float *scratch(int slot, int64_t floats);

}  // namespace ctorch
