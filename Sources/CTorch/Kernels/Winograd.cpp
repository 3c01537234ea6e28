// Each output tile of 4 × 4 pixels takes 36 multiplications a channel in place of 144. A convolution becomes three
// parts: tiles of 6 × 6 input pixels are transformed (36 numbers each), 36 matrix products over the channels are made,
// and each tile's 36 sums are transformed into its 16 pixels.
//
// Wide layers' transformed weights are not kept: they would take four times the model's memory. They are made anew, a
// slice at a time that stays in the second-level cache, which costs less than reading them from memory would.
//
// The transforms interpolate at 0, ±5/8, ±3/2 and ∞. The usual 0, ±1, ±2, ∞ needs fewer multiplications, but loses
// more of float32 (Alam et al., arXiv 2203.10966): these points keep a convolution within about 1e-6 of its largest
// result.
#include "Winograd.h"

#include "Multiply512.h"
#include "Parallel.h"
#include "Transpose512.h"

#include <algorithm>
#include <cstring>

#ifdef CTORCH_AVX512

CTORCH_AVX512_BEGIN

namespace ctorch {

namespace {

/// Output channels that are made together: two vectors of them; in the last panel one or three where one is left over.
constexpr int panel = 2 * lanes;

struct Panel {
  int64_t output;
  int vectors;

  static int64_t count(int64_t outputs) { return std::max<int64_t>(outputs / panel, 1); }

  Panel(int64_t index, int64_t outputs)
      : output(index * panel),
        vectors(static_cast<int>((index + 1 == count(outputs) ? outputs - output : panel) / lanes)) {}

  int64_t width() const { return vectors * lanes; }
};

constexpr int tile = 4, patch = 6, points = patch * patch;

// The interpolation points' squares and products.
constexpr float p = 0.625f, q = 1.5f, p2 = p * p, q2 = q * q, p3 = p2 * p, q3 = q2 * q;
constexpr float p2q2 = p2 * q2, sum2 = p2 + q2;
constexpr float g0 = 1 / p2q2, gp = 1 / (2 * p2 * (p2 - q2)), gq = 1 / (2 * q2 * (q2 - p2));

/// Six numbers of a line of pixels, transformed.
inline void transformPixels(const __m512 d[patch], __m512 out[patch]) {
  __m512 evenP = _mm512_fnmadd_ps(splat(q2), d[2], d[4]), oddP = _mm512_fnmadd_ps(splat(q2), d[1], d[3]);
  __m512 evenQ = _mm512_fnmadd_ps(splat(p2), d[2], d[4]), oddQ = _mm512_fnmadd_ps(splat(p2), d[1], d[3]);
  out[0] = _mm512_fmadd_ps(splat(p2q2), d[0], _mm512_fnmadd_ps(splat(sum2), d[2], d[4]));
  out[1] = _mm512_fmadd_ps(splat(p), oddP, evenP);
  out[2] = _mm512_fnmadd_ps(splat(p), oddP, evenP);
  out[3] = _mm512_fmadd_ps(splat(q), oddQ, evenQ);
  out[4] = _mm512_fnmadd_ps(splat(q), oddQ, evenQ);
  out[5] = _mm512_fmadd_ps(splat(p2q2), d[1], _mm512_fnmadd_ps(splat(sum2), d[3], d[5]));
}

/// Three numbers of a line of a kernel, transformed.
inline void transformKernel(const __m512 g[3], __m512 out[patch]) {
  __m512 evenP = _mm512_mul_ps(splat(gp), _mm512_fmadd_ps(splat(p2), g[2], g[0]));
  __m512 evenQ = _mm512_mul_ps(splat(gq), _mm512_fmadd_ps(splat(q2), g[2], g[0]));
  out[0] = _mm512_mul_ps(splat(g0), g[0]);
  out[1] = _mm512_fmadd_ps(splat(gp * p), g[1], evenP);
  out[2] = _mm512_fnmadd_ps(splat(gp * p), g[1], evenP);
  out[3] = _mm512_fmadd_ps(splat(gq * q), g[1], evenQ);
  out[4] = _mm512_fnmadd_ps(splat(gq * q), g[1], evenQ);
  out[5] = g[2];
}

/// Six sums of a line, transformed back into four.
inline void transformSums(const __m512 m[patch], __m512 out[tile]) {
  __m512 evenP = _mm512_add_ps(m[1], m[2]), oddP = _mm512_sub_ps(m[1], m[2]);
  __m512 evenQ = _mm512_add_ps(m[3], m[4]), oddQ = _mm512_sub_ps(m[3], m[4]);
  out[0] = _mm512_add_ps(m[0], _mm512_add_ps(evenP, evenQ));
  out[1] = _mm512_fmadd_ps(splat(p), oddP, _mm512_mul_ps(splat(q), oddQ));
  out[2] = _mm512_fmadd_ps(splat(p2), evenP, _mm512_mul_ps(splat(q2), evenQ));
  out[3] = _mm512_fmadd_ps(splat(p3), oddP, _mm512_fmadd_ps(splat(q3), oddQ, m[5]));
}

/// Sixteen rows of nine numbers as nine vectors over the rows.
inline void columns(const float *rows, int64_t stride, __m512 out[9]) {
  __m512 r[16], t[16];
  for (int i = 0; i < 16; ++i) r[i] = _mm512_maskz_loadu_ps(0x1ff, rows + i * stride);
  transposeQuads(r, t);
  for (int j = 0; j < 4; ++j) joinQuads<false>(t, j, out);
  __m512 low = _mm512_shuffle_f32x4(t[0], t[4], 0xee), high = _mm512_shuffle_f32x4(t[8], t[12], 0xee);
  out[8] = _mm512_shuffle_f32x4(low, high, 0x88);
}

/// Asks for numbers that are needed soon.
inline void request(const float *numbers, int64_t count) {
  for (int64_t i = 0; i < count; i += lanes) _mm_prefetch(reinterpret_cast<const char *>(numbers + i), _MM_HINT_T0);
}

/// Tiles that are worked on together: few enough for their sums to stay in the second-level cache.
constexpr int64_t mostTiles = 128;
/// Input channels whose transformed kernels are held at a time.
constexpr int64_t mostDepth = 128;

/// From one point's kernels to the next one's: a line more than needed, for 36 stores at a power of two's distance
/// would share one set of the first-level cache.
constexpr int64_t kernelStride(int64_t depth, int64_t width) { return depth * width + lanes; }

struct Chunk {
  const WinogradConvolution &convolution;
  int64_t tilesDown, tilesAcross;
  int64_t first, count;
  /// `[points][count][inputs]`.
  float *pixels;

  void place(int64_t index, int64_t &image, int64_t &top, int64_t &left) const {
    int64_t number = first + index;
    image = number / (tilesDown * tilesAcross);
    int64_t rest = number % (tilesDown * tilesAcross);
    top = rest / tilesAcross * tile;
    left = rest % tilesAcross * tile;
  }

  void transformInput(int64_t index, const float *zeros) const {
    const auto &c = convolution;
    int64_t image, top, left;
    place(index, image, top, left);
    const float *sources[points];
    for (int i = 0; i < patch; ++i)
      for (int j = 0; j < patch; ++j) {
        int64_t y = top + i - 1, x = left + j - 1;
        bool inside = y >= 0 && y < c.height && x >= 0 && x < c.width;
        sources[i * patch + j] = inside ? c.x + ((image * c.height + y) * c.width + x) * c.inputs : zeros;
      }
    float *target = pixels + index * c.inputs;
    int64_t stride = count * c.inputs;
    for (int64_t channel = 0; channel < c.inputs; channel += lanes) {
      __m512 lines[patch][patch];
      for (int j = 0; j < patch; ++j) {
        __m512 column[patch], result[patch];
        for (int i = 0; i < patch; ++i) column[i] = _mm512_loadu_ps(sources[i * patch + j] + channel);
        transformPixels(column, result);
        for (int i = 0; i < patch; ++i) lines[i][j] = result[i];
      }
      for (int i = 0; i < patch; ++i) {
        __m512 result[patch];
        transformPixels(lines[i], result);
        for (int j = 0; j < patch; ++j) _mm512_store_ps(target + (i * patch + j) * stride + channel, result[j]);
      }
    }
  }

  /// `[points][depth][panel]`, the points `kernelStride` apart, for the panel's outputs and the inputs from `input` on.
  void transformWeights(const Panel &panel, int64_t input, int64_t depth, float *kernels) const {
    const auto &c = convolution;
    int64_t width = panel.width(), stride = kernelStride(depth, width);
    for (int64_t k = 0; k < depth; ++k) {
      // Turned, an input's kernels are one run of numbers, far from the next input's.
      if (c.turned) request(c.weight + panel.output * 9 + (input + k + 4) * c.inputStride, 9 * width);
      for (int v = 0; v < panel.vectors; ++v) {
        __m512 taps[9], half[3][patch];
        int64_t place = (panel.output + v * lanes) * c.outputStride + (input + k) * c.inputStride;
        columns(c.weight + place, c.outputStride, taps);
        for (int j = 0; j < 3; ++j) {
          __m512 column[3];
          for (int i = 0; i < 3; ++i) column[i] = taps[c.turned ? 8 - (i * 3 + j) : i * 3 + j];
          transformKernel(column, half[j]);
        }
        for (int i = 0; i < patch; ++i) {
          __m512 line[3] = {half[0][i], half[1][i], half[2][i]}, result[patch];
          transformKernel(line, result);
          for (int j = 0; j < patch; ++j)
            _mm512_store_ps(kernels + (i * patch + j) * stride + k * width + v * lanes, result[j]);
        }
      }
    }
  }

  void transformOutput(int64_t index, const Panel &panel, const float *sums, int64_t stride) const {
    const auto &c = convolution;
    int64_t image, top, left;
    place(index, image, top, left);
    for (int v = 0; v < panel.vectors; ++v) {
      int64_t channel = panel.output + v * lanes;
      __m512 half[tile][patch];
      for (int j = 0; j < patch; ++j) {
        __m512 column[patch], result[tile];
        for (int i = 0; i < patch; ++i)
          column[i] = _mm512_load_ps(sums + (i * patch + j) * stride + index * panel.width() + v * lanes);
        transformSums(column, result);
        for (int i = 0; i < tile; ++i) half[i][j] = result[i];
      }
      __m512 constant = c.bias ? _mm512_loadu_ps(c.bias + channel) : _mm512_setzero_ps();
      if (c.perImage) constant = _mm512_add_ps(constant, _mm512_loadu_ps(c.perImage + image * c.outputs + channel));
      for (int i = 0; i < tile && top + i < c.height; ++i) {
        __m512 result[tile];
        transformSums(half[i], result);
        for (int j = 0; j < tile && left + j < c.width; ++j) {
          int64_t place = ((image * c.height + top + i) * c.width + left + j) * c.outputs + channel;
          __m512 value = _mm512_add_ps(result[j], constant);
          if (c.residual) value = _mm512_add_ps(value, _mm512_loadu_ps(c.residual + place));
          _mm512_storeu_ps(c.y + place, value);
        }
      }
    }
  }

  /// The products of every point for some of the inputs, added to those of the inputs before.
  template <int vectors, bool streams>
  void multiplyPoints(int64_t input, int64_t depth, const float *kernels, float *sums, int64_t stride) const {
    constexpr int64_t width = vectors * lanes;
    int64_t inputs = convolution.inputs;
    for (int point = 0; point < points; ++point) {
      multiplyRows<vectors, streams>(count, {pixels + point * count * inputs + input, inputs, 1},
                                     {kernels + point * kernelStride(depth, width), width}, depth,
                                     sums + point * stride, width, input > 0);
    }
  }

  template <bool streams>
  void multiplyPanel(int vectors, int64_t input, int64_t depth, const float *kernels, float *sums,
                     int64_t stride) const {
    switch (vectors) {
      case 1: return multiplyPoints<1, streams>(input, depth, kernels, sums, stride);
      case 2: return multiplyPoints<2, streams>(input, depth, kernels, sums, stride);
      default: return multiplyPoints<3, streams>(input, depth, kernels, sums, stride);
    }
  }

  /// The results of all tiles for one panel of outputs.
  void makePanel(const Panel &panel) const {
    const auto &c = convolution;
    // A line more than needed: without it, the 36 sums of a tile would share one set of the first-level cache.
    int64_t stride = count * panel.width() + lanes;
    float *sums = scratch(1, points * stride);
    if (c.prepared) {
      multiplyPanel<true>(panel.vectors, 0, c.inputs, c.prepared + preparedOffset(panel), sums, stride);
    } else {
      float *kernels = scratch(2, points * kernelStride(std::min(mostDepth, c.inputs), panel.width()));
      for (int64_t input = 0; input < c.inputs; input += mostDepth) {
        int64_t depth = std::min(mostDepth, c.inputs - input);
        transformWeights(panel, input, depth, kernels);
        multiplyPanel<false>(panel.vectors, input, depth, kernels, sums, stride);
      }
    }
    for (int64_t index = 0; index < count; ++index) transformOutput(index, panel, sums, stride);
  }

  /// Where a panel's kernels begin among those that are kept: all before it are two vectors wide.
  int64_t preparedOffset(const Panel &panel) const {
    return panel.output / ctorch::panel * points * kernelStride(convolution.inputs, ctorch::panel);
  }
};

}  // namespace

}  // namespace ctorch

CTORCH_AVX512_END

namespace ctorch {

int64_t WinogradConvolution::preparedCount() const {
  if (inputs > mostDepth || outputs > mostDepth) return 0;
  int64_t panels = Panel::count(outputs);
  return points * ((panels - 1) * kernelStride(inputs, panel) +
                   kernelStride(inputs, Panel(panels - 1, outputs).width()));
}

void WinogradConvolution::prepare(float *out) const {
  Chunk chunk{*this, 0, 0, 0, 0, nullptr};
  for (int64_t index = 0; index < Panel::count(outputs); ++index) {
    Panel panel(index, outputs);
    chunk.transformWeights(panel, 0, inputs, out + chunk.preparedOffset(panel));
  }
}

void WinogradConvolution::run() const {
  int64_t down = (height + tile - 1) / tile, across = (width + tile - 1) / tile, total = images * down * across;
  float *zeros = scratch(3, inputs);
  std::memset(zeros, 0, static_cast<size_t>(inputs) * sizeof(float));
  int64_t chunks = (total + mostTiles - 1) / mostTiles;
  for (int64_t number = 0; number < chunks; ++number) {
    int64_t first = total * number / chunks, count = total * (number + 1) / chunks - first;
    Chunk chunk{*this, down, across, first, count, scratch(0, points * count * inputs)};
    parallel(count, [&](int64_t index) { chunk.transformInput(index, zeros); });
    parallel(Panel::count(outputs), [&](int64_t index) { chunk.makePanel(Panel(index, outputs)); });
  }
}

}  // namespace ctorch

#else

namespace ctorch {

int64_t WinogradConvolution::preparedCount() const { return 0; }
void WinogradConvolution::prepare(float *) const {}
void WinogradConvolution::run() const {}

}  // namespace ctorch

#endif
