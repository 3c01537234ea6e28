// How much memory the tensors of a thread's work take at once.
#include "Bridge.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <memory>

using namespace ctorch;

namespace {

/// Told of every block that libtorch takes and gives back on the thread, and on those that carry its state.
struct Meter final : c10::MemoryReportingInfoBase {
  std::atomic<int64_t> current{0}, peak{0};

  void reportMemoryUsage(void *, int64_t bytes, size_t, size_t, c10::Device device) override {
    if (!device.is_cpu()) return;
    int64_t now = current.fetch_add(bytes) + bytes, before = peak.load();
    while (now > before && !peak.compare_exchange_weak(before, now)) {}
  }
  bool memoryProfilingEnabled() const override { return true; }
};

struct Scope {
  std::shared_ptr<Meter> meter = std::make_shared<Meter>();
  c10::DebugInfoGuard guard{c10::DebugInfoKind::PROFILER_STATE, meter};
};

}  // namespace

void *ct_allocations_begin(CTError *error) {
  return guarded(error, []() -> void * { return new Scope(); });
}

int64_t ct_allocations_end(void *scope) {
  std::unique_ptr<Scope> ended(static_cast<Scope *>(scope));
  return ended->meter->peak.load();
}
