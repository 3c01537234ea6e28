// Convolutions with 3 × 3 kernels by Winograd's minimal filtering, F(4 × 4, 3 × 3) (Lavin and Gray, arXiv 1509.09308).
#pragma once

#include <cstdint>

namespace ctorch {

/// One convolution of stride 1 and padding 1 over float32 images with the channels last in memory.
struct WinogradConvolution {
  int64_t images, height, width;
  /// Both multiples of 16.
  int64_t inputs, outputs;
  /// `[images, height, width, inputs]`.
  const float *x;
  /// 3 × 3 numbers for each output and input; the next output's are `outputStride` floats on, the next input's
  /// `inputStride`.
  const float *weight;
  int64_t outputStride, inputStride;
  /// Takes each kernel backwards: the gradient of a convolution is one with the kernels turned around.
  bool turned;
  /// `[outputs]` or null.
  const float *bias;
  /// `[images, outputs]`, added to every pixel of an image, or null.
  const float *perImage;
  /// Added to the result, shaped like it, or null.
  const float *residual;
  /// `[images, height, width, outputs]`.
  float *y;
  /// What `prepare` wrote for these kernels, or null.
  const float *prepared = nullptr;

  static bool fits(int64_t inputs, int64_t outputs) {
    return inputs > 0 && outputs > 0 && inputs % 16 == 0 && outputs % 16 == 0;
  }

  /// How many numbers `prepare` writes; 0 for a layer that is too wide to be worth its four times larger kernels.
  int64_t preparedCount() const;
  /// Transforms the kernels once for many runs. A small image's convolution would spend half its time on that.
  void prepare(float *out) const;

  /// An image's result does not depend on how many others there are, nor on the number of threads: bit for bit.
  void run() const;
};

}  // namespace ctorch
