// Threads, seeds, switches and the CUDA devices of the process.
#include "Bridge.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <torch/version.h>

using namespace ctorch;

void ct_set_threads(int32_t count, CTError *error) {
  guarded(error, [&] {
    TORCH_CHECK(count >= 1, "the number of threads must be at least 1, not ", count);
    at::set_num_threads(count);
  });
}

int32_t ct_threads(void) { return at::get_num_threads(); }

void ct_manual_seed(uint64_t seed, CTError *error) {
  guarded(error, [&] { at::manual_seed(seed); });
}

void ct_set_deterministic(bool deterministic, CTError *error) {
  guarded(error, [&] {
    at::globalContext().setDeterministicAlgorithms(deterministic, /*warn_only=*/false);
    at::globalContext().setDeterministicCuDNN(deterministic);
    at::globalContext().setBenchmarkCuDNN(!deterministic);
  });
}

void ct_set_fast_float32(bool fast, CTError *error) {
  guarded(error, [&] { at::globalContext().setFloat32MatmulPrecision(fast ? "high" : "highest"); });
}

int32_t ct_cuda_device_count(void) {
  CTError error{CTErrorNone, nullptr};
  int32_t count = guarded(&error, []() -> int32_t {
    return at::globalContext().hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
  });
  ct_error_free(&error);
  return count;
}

void ct_cuda_synchronize(int32_t device, CTError *error) {
  guarded(error, [&] { at::accelerator::synchronizeDevice(static_cast<c10::DeviceIndex>(device)); });
}

void ct_cuda_empty_cache(CTError *error) {
  guarded(error, [] { at::getDeviceAllocator(at::kCUDA)->emptyCache(); });
}

void ct_cuda_reset_peak_memory(int32_t device, CTError *error) {
  guarded(error, [&] { at::getDeviceAllocator(at::kCUDA)->resetPeakStats(static_cast<c10::DeviceIndex>(device)); });
}

uint64_t ct_cuda_peak_memory(int32_t device, CTError *error) {
  return guarded(error, [&]() -> uint64_t {
    auto stats = at::getDeviceAllocator(at::kCUDA)->getDeviceStats(static_cast<c10::DeviceIndex>(device));
    return static_cast<uint64_t>(stats.allocated_bytes[0].peak);
  });
}

void ct_cuda_memory(int32_t device, uint64_t *free, uint64_t *total, CTError *error) {
  guarded(error, [&] {
    auto info = at::getDeviceAllocator(at::kCUDA)->getMemoryInfo(static_cast<c10::DeviceIndex>(device));
    *free = static_cast<uint64_t>(info.first);
    *total = static_cast<uint64_t>(info.second);
  });
}

const char *ct_version(void) { return TORCH_VERSION; }

int64_t ct_live_handles(void) { return liveHandles.load(std::memory_order_relaxed); }
