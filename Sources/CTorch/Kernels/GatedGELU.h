// A linear layer's second half gating its first through GELU (Shazeer 2020), in one pass.
#pragma once

#include <cstdint>

namespace ctorch {

/// y[r][i] = x[r][i] · gelu(x[r][width + i]), float32; `width` is a multiple of 16.
void gatedGELU(int64_t rows, int64_t width, const float *x, float *y);

/// The gradient of that for x, shaped like it, from y's.
void gatedGELUBackward(int64_t rows, int64_t width, const float *x, const float *gradient, float *dx);

}  // namespace ctorch
