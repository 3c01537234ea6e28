// A linear layer over rows, as its callers share it.
#pragma once

#include <ATen/core/Tensor.h>

namespace ctorch {

/// x · weightᵀ + bias + residual over rows, where the product goes on from what is added: with a low-rank update of zero
/// and without one, recorded or not, the same bits. Bias and residual may be undefined.
at::Tensor linearRows(const at::Tensor &rows, const at::Tensor &weight, const at::Tensor &bias,
                      const at::Tensor &residual);

}  // namespace ctorch
