// Small layers' kernels, transformed once for many convolutions.
#pragma once

#include "Kernels/Winograd.h"

#include <ATen/core/Tensor.h>

namespace ctorch {

/// The transformed kernels of a convolution whose weights are `weight`'s, from the last time if nobody has written to
/// them since; undefined for layers that are too wide.
///
/// Everything that is kept takes at most 64 MB, and goes with its weights.
at::Tensor preparedKernels(const at::Tensor &weight, const WinogradConvolution &convolution);

}  // namespace ctorch
