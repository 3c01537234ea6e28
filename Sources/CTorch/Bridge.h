// What every file of the bridge shares: borrowing and giving out handles, and the place where exceptions stop.
#pragma once

#include "CTorch.h"

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>
#include <c10/core/TensorOptions.h>

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace ctorch {

static_assert(sizeof(ptrdiff_t) == sizeof(int64_t), "shapes cross the bridge as 64-bit numbers");

using Impl = c10::intrusive_ptr<c10::TensorImpl, at::UndefinedTensorImpl>;

extern std::atomic<int64_t> liveHandles;

/// Gives a tensor's own count to the caller: the handle *is* the TensorImpl, so there is no box to allocate.
inline CTTensorRef give(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  liveHandles.fetch_add(1, std::memory_order_relaxed);
  return reinterpret_cast<CTTensorRef>(tensor.unsafeReleaseTensorImpl());
}

/// A tensor seen through a handle that keeps its count: the union's member is never destroyed.
class Borrowed {
public:
  explicit Borrowed(CTTensorRef handle)
      : tensor_(handle ? at::Tensor(Impl::reclaim(reinterpret_cast<c10::TensorImpl *>(handle))) : at::Tensor()) {}
  Borrowed(const Borrowed &) = delete;
  Borrowed &operator=(const Borrowed &) = delete;
  ~Borrowed() {}

  operator const at::Tensor &() const { return tensor_; }
  const at::Tensor &operator*() const { return tensor_; }
  const at::Tensor *operator->() const { return &tensor_; }
  /// In-place operations change what the tensor holds, never which tensor this is.
  at::Tensor &target() { return tensor_; }

private:
  union {
    at::Tensor tensor_;
  };
};

inline std::optional<at::Tensor> optionalTensor(CTTensorRef handle) {
  if (!handle) return std::nullopt;
  return *Borrowed(handle);
}

inline std::vector<at::Tensor> tensorList(const CTTensorRef *handles, size_t count) {
  std::vector<at::Tensor> list;
  list.reserve(count);
  for (size_t i = 0; i < count; ++i) list.push_back(*Borrowed(handles[i]));
  return list;
}

inline at::IntArrayRef ints(const ptrdiff_t *values, size_t count) {
  return at::IntArrayRef(reinterpret_cast<const int64_t *>(values), count);
}

inline at::Device deviceOf(int32_t device) {
  return device < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device));
}

inline at::ScalarType scalarType(int32_t dtype) { return static_cast<at::ScalarType>(dtype); }

inline at::TensorOptions options(int32_t dtype, int32_t device) {
  return at::TensorOptions().dtype(scalarType(dtype)).device(deviceOf(device));
}

/// A whole number beside an integer tensor stays an integer, so that `ids + 1` does not turn into floats.
inline at::Scalar scalarFor(const at::Tensor &tensor, double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53: beyond it doubles skip whole numbers
  if (at::isIntegralType(tensor.scalar_type(), /*includeBool=*/true) && value >= -exact && value <= exact &&
      value == static_cast<double>(static_cast<int64_t>(value))) {
    return at::Scalar(static_cast<int64_t>(value));
  }
  return at::Scalar(value);
}

/// Whether our own kernels can read the tensor's numbers.
inline bool isPlainFloat(const at::Tensor &tensor) {
  return tensor.scalar_type() == at::kFloat && tensor.device().is_cpu() && tensor.layout() == at::kStrided;
}

/// Whether an operation on the tensor has to be recorded.
inline bool wantsGradient(const at::Tensor &tensor) { return c10::GradMode::is_enabled() && tensor.requires_grad(); }

/// The sum, in place where no graph is recorded: a result may be a view, and changing one costs a graph more than it
/// saves.
inline at::Tensor withResidual(at::Tensor result, const at::Tensor &residual) {
  TORCH_CHECK(residual.sizes() == result.sizes(), "a residual has the result's shape ", result.sizes(), ", not ",
              residual.sizes());
  bool records = wantsGradient(result) || wantsGradient(residual);
  return records ? result.add(residual) : result.add_(residual);
}

/// Translates the exception in flight. Call it from a catch block only.
void record(CTError *error) noexcept;

/// Runs `body`; an exception ends here as code and message, and the default value is returned.
template <class Body> auto guarded(CTError *error, Body &&body) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (...) {
    record(error);
    return decltype(body())();
  }
}

/// Runs a body that makes a tensor and gives the tensor out.
template <class Body> CTTensorRef made(CTError *error, Body &&body) noexcept {
  return guarded(error, [&]() -> CTTensorRef { return give(body()); });
}

}  // namespace ctorch
