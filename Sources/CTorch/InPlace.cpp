// Operations that write into a tensor that is already there.
#include "Bridge.h"

#include <ATen/ops/_foreach_lerp.h>

#include <cmath>

using namespace ctorch;

void ct_copy_in_place(CTTensorRef t, CTTensorRef source, CTError *error) {
  guarded(error, [&] { Borrowed(t).target().copy_(Borrowed(source)); });
}

void ct_fill_in_place(CTTensorRef t, double value, CTError *error) {
  guarded(error, [&] {
    Borrowed target(t);
    target.target().fill_(scalarFor(target, value));
  });
}

void ct_add_in_place(CTTensorRef t, CTTensorRef other, double alpha, CTError *error) {
  guarded(error, [&] {
    Borrowed target(t);
    target.target().add_(*Borrowed(other), scalarFor(target, alpha));
  });
}

void ct_add_scalar_in_place(CTTensorRef t, double value, CTError *error) {
  guarded(error, [&] {
    Borrowed target(t);
    target.target().add_(scalarFor(target, value));
  });
}

void ct_mul_in_place(CTTensorRef t, CTTensorRef other, CTError *error) {
  guarded(error, [&] { Borrowed(t).target().mul_(*Borrowed(other)); });
}

void ct_mul_scalar_in_place(CTTensorRef t, double value, CTError *error) {
  guarded(error, [&] {
    Borrowed target(t);
    target.target().mul_(scalarFor(target, value));
  });
}

void ct_clamp_in_place(CTTensorRef t, double min, double max, CTError *error) {
  guarded(error, [&] {
    Borrowed target(t);
    auto bound = [&](double value) {
      return std::isnan(value) ? std::nullopt : std::optional<at::Scalar>(scalarFor(target, value));
    };
    target.target().clamp_(bound(min), bound(max));
  });
}

void ct_lerp_in_place(CTTensorRef t, CTTensorRef end, double weight, CTError *error) {
  guarded(error, [&] { Borrowed(t).target().lerp_(*Borrowed(end), at::Scalar(weight)); });
}

void ct_addcmul_in_place(CTTensorRef t, CTTensorRef a, CTTensorRef b, double value, CTError *error) {
  guarded(error, [&] { Borrowed(t).target().addcmul_(*Borrowed(a), *Borrowed(b), value); });
}

void ct_lerp_all_in_place(const CTTensorRef *tensors, const CTTensorRef *ends, size_t count, double weight,
                          CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    at::_foreach_lerp_(tensorList(tensors, count), tensorList(ends, count), at::Scalar(weight));
  });
}
