// Swift's compiler comes without OpenMP, so a loop here cannot be an OpenMP loop; libtorch's threads are nevertheless
// GNU OpenMP's. What a compiler would emit for `#pragma omp parallel` is one call into that library, found at run time
// (its name in a wheel carries a digest): the loop runs on the very threads that libtorch's operations use. Where
// another library serves libtorch, the loop runs on the calling thread.
#include "Parallel.h"

#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <new>

namespace ctorch {

namespace {

using Region = void (*)(void (*)(void *), void *, unsigned, unsigned);

Region openMPRegion() {
  static const Region region = reinterpret_cast<Region>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  return region;
}

struct Work {
  void (*body)(void *, int64_t);
  void *context;
  int64_t count;
  std::atomic<int64_t> next{0};
  std::atomic<bool> failed{false};
  /// The first one; read after the region, whose end all threads wait for.
  std::exception_ptr failure = nullptr;

  /// An exception that left a thread of the region would end the process: it is kept for the caller.
  void run() noexcept {
    try {
      for (int64_t item; (item = next.fetch_add(1, std::memory_order_relaxed)) < count;) body(context, item);
    } catch (...) {
      // What is not begun yet is for nobody any more.
      next.store(count, std::memory_order_relaxed);
      if (!failed.exchange(true)) failure = std::current_exception();
    }
  }
};

struct Buffer {
  Room memory;
  int64_t floats = 0;
};

}  // namespace

void parallelItems(int64_t count, void (*body)(void *, int64_t), void *context) {
  int64_t threads = std::min<int64_t>(at::get_num_threads(), count);
  Work work{body, context, count};
  Region region = openMPRegion();
  if (threads <= 1 || at::in_parallel_region() || !region) {
    work.run();
  } else {
    region([](void *work) { static_cast<Work *>(work)->run(); }, &work, static_cast<unsigned>(threads), 0);
  }
  if (work.failure) std::rethrow_exception(work.failure);
}

Room room(int64_t floats) {
  size_t bytes = (static_cast<size_t>(floats) * sizeof(float) + 63) / 64 * 64;
  Room memory(static_cast<float *>(std::aligned_alloc(64, bytes)));
  if (!memory) throw std::bad_alloc();
  return memory;
}

float *scratch(int slot, int64_t floats) {
  static thread_local Buffer buffers[4];
  Buffer &buffer = buffers[slot];
  if (buffer.floats < floats) {
    buffer.memory.reset();
    buffer.floats = 0;
    buffer.memory = room(floats);
    buffer.floats = floats;
  }
  return buffer.memory.get();
}

}  // namespace ctorch
