// A tensor's life: making it, reading it, moving it, letting it go.
#include "Bridge.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>

#include <cstring>
#include <memory>

using namespace ctorch;

namespace {

/// The bytes that shape and dtype need; overflow and negative sizes are the caller's fault.
size_t byteCount(at::IntArrayRef shape, at::ScalarType dtype) {
  uint64_t bytes = c10::elementSize(dtype);
  for (int64_t size : shape) {
    TORCH_CHECK(size >= 0, "a dimension cannot be negative: ", shape);
    TORCH_CHECK(!__builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes), "the shape ", shape,
                " is larger than memory can be");
  }
  return bytes;
}

void checkBytes(size_t given, at::IntArrayRef shape, at::ScalarType dtype) {
  size_t needed = byteCount(shape, dtype);
  TORCH_CHECK(given == needed, "shape ", shape, " of ", dtype, " takes ", needed, " bytes, not ", given);
}

}  // namespace

void ct_tensor_release(CTTensorRef tensor) {
  if (!tensor) return;
  liveHandles.fetch_sub(1, std::memory_order_relaxed);
  Impl::reclaim(reinterpret_cast<c10::TensorImpl *>(tensor));
}

CTTensorRef ct_tensor_retain(CTTensorRef tensor) { return give(*Borrowed(tensor)); }

CTTensorRef ct_full(const ptrdiff_t *shape, size_t rank, double value, int32_t dtype, int32_t device,
                    CTError *error) {
  return made(error, [&] { return at::full(ints(shape, rank), value, options(dtype, device)); });
}

CTTensorRef ct_empty(const ptrdiff_t *shape, size_t rank, int32_t dtype, int32_t device, CTError *error) {
  return made(error, [&] { return at::empty(ints(shape, rank), options(dtype, device)); });
}

CTTensorRef ct_arange(double start, double end, double step, int32_t dtype, int32_t device, CTError *error) {
  return made(error, [&] { return at::arange(start, end, step, options(dtype, device)); });
}

CTTensorRef ct_linspace(double start, double end, ptrdiff_t steps, int32_t dtype, int32_t device, CTError *error) {
  return made(error, [&] { return at::linspace(start, end, steps, options(dtype, device)); });
}

CTTensorRef ct_from_bytes(const void *bytes, size_t byte_count, const ptrdiff_t *shape, size_t rank, int32_t dtype,
                          CTError *error) {
  return made(error, [&] {
    checkBytes(byte_count, ints(shape, rank), scalarType(dtype));
    at::Tensor tensor = at::empty(ints(shape, rank), options(dtype, -1));
    if (byte_count > 0) memcpy(tensor.mutable_data_ptr(), bytes, byte_count);
    return tensor;
  });
}

CTTensorRef ct_from_mapping(const void *bytes, size_t byte_count, const ptrdiff_t *shape, size_t rank, int32_t dtype,
                            void *context, void (*release)(void *), CTError *error) {
  return made(error, [&] {
    // Whatever happens from here on, the last copy of `owner` to go releases the context, once.
    std::shared_ptr<void> owner(context, release);
    checkBytes(byte_count, ints(shape, rank), scalarType(dtype));
    size_t alignment = c10::elementSize(scalarType(dtype));
    TORCH_CHECK(reinterpret_cast<uintptr_t>(bytes) % alignment == 0, "memory to map as ", scalarType(dtype),
                " must be aligned to ", alignment, " bytes; copy it instead");
    return at::from_blob(const_cast<void *>(bytes), ints(shape, rank), [owner](void *) {}, options(dtype, -1));
  });
}

void ct_read(CTTensorRef tensor, int32_t dtype, void *bytes, size_t byte_count, CTError *error) {
  guarded(error, [&] {
    Borrowed t(tensor);
    checkBytes(byte_count, t->sizes(), scalarType(dtype));
    at::Tensor plain = t->detach().to(options(dtype, -1)).contiguous();
    if (byte_count > 0) memcpy(bytes, plain.const_data_ptr(), byte_count);
  });
}

double ct_item(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return Borrowed(tensor)->item().toDouble(); });
}

ptrdiff_t ct_rank(CTTensorRef tensor) { return Borrowed(tensor)->dim(); }

ptrdiff_t ct_size(CTTensorRef tensor, ptrdiff_t dim) {
  Borrowed t(tensor);
  return dim >= 0 && dim < t->dim() ? t->sizes()[static_cast<size_t>(dim)] : 0;
}

ptrdiff_t ct_count(CTTensorRef tensor) { return Borrowed(tensor)->numel(); }
int32_t ct_dtype(CTTensorRef tensor) { return static_cast<int32_t>(Borrowed(tensor)->scalar_type()); }

int32_t ct_device(CTTensorRef tensor) {
  at::Device device = Borrowed(tensor)->device();
  return device.is_cpu() ? -1 : device.index();
}

bool ct_is_contiguous(CTTensorRef tensor) { return Borrowed(tensor)->is_contiguous(); }

CTTensorRef ct_to(CTTensorRef tensor, int32_t dtype, int32_t device, CTError *error) {
  return made(error, [&] { return Borrowed(tensor)->to(options(dtype, device)); });
}

CTTensorRef ct_clone(CTTensorRef tensor, CTError *error) {
  return made(error, [&] { return Borrowed(tensor)->clone(); });
}

CTTensorRef ct_detach(CTTensorRef tensor, CTError *error) {
  return made(error, [&] { return Borrowed(tensor)->detach(); });
}

CTTensorRef ct_contiguous(CTTensorRef tensor, CTError *error) {
  return made(error, [&] { return Borrowed(tensor)->contiguous(); });
}

CTTensorRef ct_channels_last(CTTensorRef tensor, CTError *error) {
  return made(error, [&] { return Borrowed(tensor)->contiguous(at::MemoryFormat::ChannelsLast); });
}
