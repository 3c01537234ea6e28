// Two passes: one sums each channel, one writes. Sums are made over blocks of a few pixels in float32 and joined in
// float64, always in the same order.
#include "GroupNorm.h"

#include "Math512.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <vector>

#ifdef CTORCH_AVX512

CTORCH_AVX512_BEGIN

namespace ctorch {

namespace {

/// Sums of x and x² over some pixels, channel by channel: two numbers for each.
void sums(const float *x, int64_t pixels, int64_t channels, float *out) {
  for (int64_t c = 0; c < channels; c += 16) {
    __m512 first = _mm512_setzero_ps(), second = _mm512_setzero_ps();
    for (int64_t i = 0; i < pixels; ++i) {
      __m512 value = _mm512_loadu_ps(x + i * channels + c);
      first = _mm512_add_ps(first, value);
      second = _mm512_fmadd_ps(value, value, second);
    }
    _mm512_storeu_ps(out + c, first);
    _mm512_storeu_ps(out + channels + c, second);
  }
}

/// y = x · scale + shift, through SiLU if wanted.
template <bool activates>
void apply(const float *x, int64_t pixels, int64_t channels, const float *scale, const float *shift, float *y) {
  for (int64_t i = 0; i < pixels; ++i)
    for (int64_t c = 0; c < channels; c += 16) {
      __m512 value = _mm512_fmadd_ps(_mm512_loadu_ps(x + i * channels + c), _mm512_loadu_ps(scale + c),
                                     _mm512_loadu_ps(shift + c));
      if (activates) value = _mm512_mul_ps(value, logistic(value));
      _mm512_storeu_ps(y + i * channels + c, value);
    }
}

/// The gradient before SiLU: g · silu'(x · scale + shift).
template <bool activates>
inline __m512 inner(const float *x, const float *gradient, const float *scale, const float *shift) {
  __m512 g = _mm512_loadu_ps(gradient);
  if (!activates) return g;
  __m512 z = _mm512_fmadd_ps(_mm512_loadu_ps(x), _mm512_loadu_ps(scale), _mm512_loadu_ps(shift));
  __m512 s = logistic(z);
  // silu'(z) = s + z s (1 - s)
  return _mm512_mul_ps(g, _mm512_fmadd_ps(_mm512_mul_ps(z, s), _mm512_sub_ps(splat(1.f), s), s));
}

/// Writes the inner gradient, and the sums of it and of it times x.
template <bool activates>
void gradientSums(const float *x, const float *gradient, int64_t pixels, int64_t channels, const float *scale,
                  const float *shift, float *inside, float *out) {
  for (int64_t c = 0; c < channels; c += 16) {
    __m512 first = _mm512_setzero_ps(), second = _mm512_setzero_ps();
    for (int64_t i = 0; i < pixels; ++i) {
      const float *place = x + i * channels + c;
      __m512 g = inner<activates>(place, gradient + i * channels + c, scale + c, shift + c);
      _mm512_storeu_ps(inside + i * channels + c, g);
      first = _mm512_add_ps(first, g);
      second = _mm512_fmadd_ps(g, _mm512_loadu_ps(place), second);
    }
    _mm512_storeu_ps(out + c, first);
    _mm512_storeu_ps(out + channels + c, second);
  }
}

/// The inner gradient becomes dx = inner gradient · scale + x · slope + offset.
void applyGradient(const float *x, int64_t pixels, int64_t channels, const float *scale, const float *slope,
                   const float *offset, float *dx) {
  for (int64_t i = 0; i < pixels; ++i)
    for (int64_t c = 0; c < channels; c += 16) {
      int64_t place = i * channels + c;
      __m512 value = _mm512_fmadd_ps(_mm512_loadu_ps(x + place), _mm512_loadu_ps(slope + c), _mm512_loadu_ps(offset + c));
      _mm512_storeu_ps(dx + place, _mm512_fmadd_ps(_mm512_loadu_ps(dx + place), _mm512_loadu_ps(scale + c), value));
    }
}

}  // namespace

}  // namespace ctorch

CTORCH_AVX512_END

namespace ctorch {

namespace {

/// Pixels that are summed in float32.
constexpr int64_t pixelsTogether = 64;

/// Calls `body(image, first pixel, pixels, block)` for every block of every image.
template <class Body> void forBlocks(const GroupNormalization &norm, const Body &body) {
  int64_t blocks = (norm.pixels + pixelsTogether - 1) / pixelsTogether;
  parallel(norm.images * blocks, [&](int64_t item) {
    int64_t first = item % blocks * pixelsTogether;
    body(item / blocks, first, std::min(pixelsTogether, norm.pixels - first), item);
  });
}

/// The sums of one channel of an image over its blocks.
void join(const GroupNormalization &norm, const std::vector<float> &partial, int64_t image, int64_t channel,
          double &first, double &second) {
  int64_t blocks = (norm.pixels + pixelsTogether - 1) / pixelsTogether;
  for (int64_t block = image * blocks; block < (image + 1) * blocks; ++block) {
    first += partial[block * 2 * norm.channels + channel];
    second += partial[(block * 2 + 1) * norm.channels + channel];
  }
}

std::vector<float> roomForSums(const GroupNormalization &norm) {
  int64_t blocks = (norm.pixels + pixelsTogether - 1) / pixelsTogether;
  return std::vector<float>(static_cast<size_t>(norm.images * blocks * 2 * norm.channels));
}

/// What each channel of each image is multiplied by, and what is then added.
struct Line {
  std::vector<float> scale, shift;

  explicit Line(const GroupNormalization &norm)
      : scale(static_cast<size_t>(norm.images * norm.channels)), shift(scale.size()) {
    int64_t width = norm.channels / norm.groups;
    for (int64_t image = 0; image < norm.images; ++image)
      for (int64_t c = 0; c < norm.channels; ++c) {
        const float *found = norm.statistics + (image * norm.groups + c / width) * 2;
        float factor = norm.weight[c] * found[1];
        scale[image * norm.channels + c] = factor;
        shift[image * norm.channels + c] = norm.bias[c] - found[0] * factor;
      }
  }
};

}  // namespace

void GroupNormalization::forward(float *y) const {
  std::vector<float> partial = roomForSums(*this);
  forBlocks(*this, [&](int64_t image, int64_t first, int64_t count, int64_t block) {
    sums(x + (image * pixels + first) * channels, count, channels, partial.data() + block * 2 * channels);
  });
  int64_t width = channels / groups;
  double number = static_cast<double>(pixels * width);
  for (int64_t image = 0; image < images; ++image)
    for (int64_t group = 0; group < groups; ++group) {
      double sum = 0, squares = 0;
      for (int64_t c = group * width; c < (group + 1) * width; ++c) join(*this, partial, image, c, sum, squares);
      double mean = sum / number, variance = std::max(squares / number - mean * mean, 0.0);
      statistics[(image * groups + group) * 2] = static_cast<float>(mean);
      statistics[(image * groups + group) * 2 + 1] = static_cast<float>(1 / std::sqrt(variance + epsilon));
    }
  Line line(*this);
  forBlocks(*this, [&](int64_t image, int64_t first, int64_t count, int64_t) {
    int64_t place = (image * pixels + first) * channels;
    auto kernel = activates ? apply<true> : apply<false>;
    kernel(x + place, count, channels, line.scale.data() + image * channels, line.shift.data() + image * channels,
           y + place);
  });
}

void GroupNormalization::backward(const float *gradient, float *dx) const {
  Line line(*this);
  std::vector<float> partial = roomForSums(*this);
  forBlocks(*this, [&](int64_t image, int64_t first, int64_t count, int64_t block) {
    int64_t place = (image * pixels + first) * channels;
    auto kernel = activates ? gradientSums<true> : gradientSums<false>;
    kernel(x + place, gradient + place, count, channels, line.scale.data() + image * channels,
           line.shift.data() + image * channels, dx + place, partial.data() + block * 2 * channels);
  });
  // With x̂ = (x - mean) r and h the gradient for x̂: dx = r (h - mean(h) - x̂ mean(h x̂)), means over the group.
  std::vector<float> slope(line.scale.size()), offset(line.scale.size());
  int64_t width = channels / groups;
  double number = static_cast<double>(pixels * width);
  for (int64_t image = 0; image < images; ++image)
    for (int64_t group = 0; group < groups; ++group) {
      const float *found = statistics + (image * groups + group) * 2;
      double mean = found[0], r = found[1], h = 0, hx = 0;
      for (int64_t c = group * width; c < (group + 1) * width; ++c) {
        double sum = 0, product = 0;
        join(*this, partial, image, c, sum, product);
        h += weight[c] * sum;
        hx += weight[c] * (product - mean * sum) * r;
      }
      double slopeOfGroup = -r * r * hx / number, offsetOfGroup = -r * h / number - mean * slopeOfGroup;
      for (int64_t c = group * width; c < (group + 1) * width; ++c) {
        slope[image * channels + c] = static_cast<float>(slopeOfGroup);
        offset[image * channels + c] = static_cast<float>(offsetOfGroup);
      }
    }
  forBlocks(*this, [&](int64_t image, int64_t first, int64_t count, int64_t) {
    int64_t place = (image * pixels + first) * channels;
    applyGradient(x + place, count, channels, line.scale.data() + image * channels, slope.data() + image * channels,
                  offset.data() + image * channels, dx + place);
  });
}

}  // namespace ctorch

#else

namespace ctorch {

void GroupNormalization::forward(float *) const {}
void GroupNormalization::backward(const float *, float *) const {}

}  // namespace ctorch

#endif
