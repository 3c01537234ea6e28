// Group normalisation (Wu and He 2018) of images with the channels last in memory, with SiLU after it if wanted.
#pragma once

#include <cstdint>

namespace ctorch {

/// float32; `channels` is a multiple of 16 and of `groups`.
struct GroupNormalization {
  int64_t images, pixels, channels, groups;
  float epsilon;
  /// SiLU follows.
  bool activates;
  /// `[images, pixels, channels]`.
  const float *x;
  /// `[channels]` each.
  const float *weight, *bias;
  /// `[images, groups, 2]`: mean and 1 / deviation; `forward` writes them, `backward` reads them.
  float *statistics;

  /// An image's result does not depend on the others, nor on the number of threads: bit for bit.
  void forward(float *y) const;
  /// The gradient for x from y's, both shaped like x; weight and bias are constants.
  void backward(const float *gradient, float *dx) const;
};

}  // namespace ctorch
