// Views and rearrangements of one tensor, and joining several.
#include "Bridge.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/repeat_interleave.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/split_with_sizes.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/triu.h>

using namespace ctorch;

CTTensorRef ct_reshape(CTTensorRef t, const ptrdiff_t *shape, size_t rank, CTError *error) {
  return made(error, [&] { return Borrowed(t)->reshape(ints(shape, rank)); });
}

CTTensorRef ct_flatten(CTTensorRef t, ptrdiff_t first, ptrdiff_t last, CTError *error) {
  return made(error, [&] { return Borrowed(t)->flatten(first, last); });
}

CTTensorRef ct_transpose(CTTensorRef t, ptrdiff_t a, ptrdiff_t b, CTError *error) {
  return made(error, [&] { return Borrowed(t)->transpose(a, b); });
}

CTTensorRef ct_permute(CTTensorRef t, const ptrdiff_t *dims, size_t rank, CTError *error) {
  return made(error, [&] { return Borrowed(t)->permute(ints(dims, rank)); });
}

CTTensorRef ct_squeeze(CTTensorRef t, ptrdiff_t dim, CTError *error) {
  return made(error, [&] { return Borrowed(t)->squeeze(dim); });
}

CTTensorRef ct_unsqueeze(CTTensorRef t, ptrdiff_t dim, CTError *error) {
  return made(error, [&] { return Borrowed(t)->unsqueeze(dim); });
}

CTTensorRef ct_expand(CTTensorRef t, const ptrdiff_t *shape, size_t rank, CTError *error) {
  return made(error, [&] { return Borrowed(t)->expand(ints(shape, rank)); });
}

CTTensorRef ct_narrow(CTTensorRef t, ptrdiff_t dim, ptrdiff_t start, ptrdiff_t length, CTError *error) {
  return made(error, [&] { return Borrowed(t)->narrow(dim, start, length); });
}

CTTensorRef ct_select(CTTensorRef t, ptrdiff_t dim, ptrdiff_t index, CTError *error) {
  return made(error, [&] { return Borrowed(t)->select(dim, index); });
}

void ct_split(CTTensorRef t, const ptrdiff_t *sizes, size_t count, ptrdiff_t dim, CTTensorRef *out, CTError *error) {
  guarded(error, [&] {
    std::vector<at::Tensor> parts = at::split_with_sizes(Borrowed(t), ints(sizes, count), dim);
    for (size_t i = 0; i < count; ++i) out[i] = give(std::move(parts[i]));
  });
}

CTTensorRef ct_index_select(CTTensorRef t, ptrdiff_t dim, CTTensorRef index, CTError *error) {
  return made(error, [&] { return at::index_select(Borrowed(t), dim, Borrowed(index)); });
}

CTTensorRef ct_gather(CTTensorRef t, ptrdiff_t dim, CTTensorRef index, CTError *error) {
  return made(error, [&] { return at::gather(Borrowed(t), dim, Borrowed(index)); });
}

CTTensorRef ct_cat(const CTTensorRef *tensors, size_t count, ptrdiff_t dim, CTError *error) {
  return made(error, [&] { return at::cat(tensorList(tensors, count), dim); });
}

CTTensorRef ct_stack(const CTTensorRef *tensors, size_t count, ptrdiff_t dim, CTError *error) {
  return made(error, [&] { return at::stack(tensorList(tensors, count), dim); });
}

CTTensorRef ct_repeat(CTTensorRef t, const ptrdiff_t *repeats, size_t rank, CTError *error) {
  return made(error, [&] { return Borrowed(t)->repeat(ints(repeats, rank)); });
}

CTTensorRef ct_repeat_interleave(CTTensorRef t, ptrdiff_t repeats, ptrdiff_t dim, CTError *error) {
  return made(error, [&] { return at::repeat_interleave(Borrowed(t), static_cast<int64_t>(repeats), dim); });
}

CTTensorRef ct_flip(CTTensorRef t, const ptrdiff_t *dims, size_t rank, CTError *error) {
  return made(error, [&] { return at::flip(Borrowed(t), ints(dims, rank)); });
}

CTTensorRef ct_triu(CTTensorRef t, ptrdiff_t diagonal, CTError *error) {
  return made(error, [&] { return at::triu(Borrowed(t), diagonal); });
}

CTTensorRef ct_sort(CTTensorRef t, ptrdiff_t dim, bool descending, CTError *error) {
  return made(error, [&] { return std::get<0>(at::sort(Borrowed(t), /*stable=*/true, dim, descending)); });
}
