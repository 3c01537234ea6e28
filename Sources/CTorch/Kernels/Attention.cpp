// Queries are taken in blocks and keys in blocks; a block of scores stays in the first-level cache from its product to
// its last use. Keys are copied transposed, so that vectors run over keys in one product and over a head's numbers in
// the other.
#include "Attention.h"

#include "Multiply512.h"
#include "Parallel.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#ifdef CTORCH_AVX512

CTORCH_AVX512_BEGIN

namespace ctorch {

namespace {

constexpr int panel = 2 * lanes;
/// Queries and keys that are worked on together.
constexpr int64_t queryBlock = 56, keyBlock = 128;

inline int64_t roundedUp(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

inline __mmask16 firstLanes(int64_t count) {
  return count >= lanes ? 0xffff : static_cast<__mmask16>((1u << count) - 1);
}

/// Rows of `width` numbers copied to `padded` floats each, zeros behind.
void copyRows(const float *from, int64_t stride, int64_t rows, int64_t width, int64_t padded, float *to) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < padded; c += lanes) {
      _mm512_store_ps(to + r * padded + c, _mm512_maskz_loadu_ps(firstLanes(width - c), from + r * stride + c));
    }
}

/// Sixteen vectors turned about the diagonal.
inline void transpose(__m512 r[lanes]) {
  __m512 t[lanes];
#pragma GCC unroll 4
  for (int i = 0; i < lanes; i += 4) {
    __m512 a = _mm512_unpacklo_ps(r[i], r[i + 1]), b = _mm512_unpackhi_ps(r[i], r[i + 1]);
    __m512 c = _mm512_unpacklo_ps(r[i + 2], r[i + 3]), d = _mm512_unpackhi_ps(r[i + 2], r[i + 3]);
    t[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(c)));
    t[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(c)));
    t[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(b), _mm512_castps_pd(d)));
    t[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(b), _mm512_castps_pd(d)));
  }
  // Lane l of t[4 k + j] is column 4 l + j of rows 4 k … 4 k + 3.
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    __m512 a = _mm512_shuffle_f32x4(t[j], t[4 + j], 0x44), b = _mm512_shuffle_f32x4(t[8 + j], t[12 + j], 0x44);
    __m512 c = _mm512_shuffle_f32x4(t[j], t[4 + j], 0xee), d = _mm512_shuffle_f32x4(t[8 + j], t[12 + j], 0xee);
    r[j] = _mm512_shuffle_f32x4(a, b, 0x88);
    r[4 + j] = _mm512_shuffle_f32x4(a, b, 0xdd);
    r[8 + j] = _mm512_shuffle_f32x4(c, d, 0x88);
    r[12 + j] = _mm512_shuffle_f32x4(c, d, 0xdd);
  }
}

/// Rows as columns: `[panels of 32 rows][width][32]`, zeros behind the last row.
void transposeRows(const float *from, int64_t stride, int64_t rows, int64_t width, float *to) {
  for (int64_t first = 0; first < roundedUp(rows, panel); first += lanes) {
    float *target = to + first / panel * panel * width + first % panel;
    for (int64_t column = 0; column < width; column += lanes) {
      __m512 block[lanes];
#pragma GCC unroll 16
      for (int r = 0; r < lanes; ++r) {
        block[r] = first + r < rows
                       ? _mm512_maskz_loadu_ps(firstLanes(width - column), from + (first + r) * stride + column)
                       : _mm512_setzero_ps();
      }
      transpose(block);
      int64_t count = std::min<int64_t>(lanes, width - column);
      for (int64_t c = 0; c < count; ++c) _mm512_store_ps(target + (column + c) * panel, block[c]);
    }
  }
}

/// scores[rows][keyBlock] = left · keysᵀ for the keys of one block.
void score(const float *left, int64_t stride, int64_t rows, const float *transposed, int64_t width, int64_t keys,
           float *scores) {
  for (int64_t key = 0; key < keys; key += panel) {
    multiplyRows<2, false>(rows, {left, stride, 1}, {transposed + key * width, panel}, width, scores + key, keyBlock,
                           false);
  }
}

/// sums[rows][padded] = or += left · right, where right's rows have `padded` numbers.
void mix(int64_t rows, LeftFactor left, RightFactor right, int64_t padded, int64_t depth, float *sums, bool adds) {
  int64_t column = 0;
  while (padded - column > 0) {
    int64_t vectors = (padded - column) / lanes;
    RightFactor part{right.at + column, right.stride};
    if (vectors == 3) {
      multiplyRows<3, false>(rows, left, part, depth, sums + column, padded, adds);
      column += 3 * lanes;
    } else if (vectors >= 2) {
      multiplyRows<2, false>(rows, left, part, depth, sums + column, padded, adds);
      column += 2 * lanes;
    } else {
      multiplyRows<1, false>(rows, left, part, depth, sums + column, padded, adds);
      column += lanes;
    }
  }
}

/// What a row's exponentials are relative to, and their sum so far.
struct RowState {
  float largest, sum;
};

/// Turns scores into exponentials and takes them into the row's state.
/// - Returns: what the row's earlier sums are to be multiplied with.
float exponentiate(float *scores, int64_t keys, float scale, RowState &state) {
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  __m512 most = splat(lowest);
  for (int64_t key = 0; key < keys; key += lanes) {
    __m512 value = _mm512_load_ps(scores + key);
    most = _mm512_mask_max_ps(most, firstLanes(keys - key), most, value);
  }
  float largest = std::max(state.largest, _mm512_reduce_max_ps(most));
  __m512 offset = splat(-largest * scale), factor = splat(scale), total = _mm512_setzero_ps();
  for (int64_t key = 0; key < keys; key += lanes) {
    __m512 value = exponential(_mm512_fmadd_ps(_mm512_load_ps(scores + key), factor, offset));
    total = _mm512_mask_add_ps(total, firstLanes(keys - key), total, value);
    _mm512_store_ps(scores + key, value);
  }
  float correction = state.largest == lowest ? 0.f : std::exp((state.largest - largest) * scale);
  state = {largest, state.sum * correction + _mm512_reduce_add_ps(total)};
  return correction;
}

void scaleRow(float *row, int64_t count, float factor) {
  for (int64_t c = 0; c < count; c += lanes) {
    _mm512_store_ps(row + c, _mm512_mul_ps(_mm512_load_ps(row + c), splat(factor)));
  }
}

/// The row times a factor to where it belongs.
void writeRow(const float *row, int64_t width, float factor, float *to) {
  for (int64_t c = 0; c < width; c += lanes) {
    _mm512_mask_storeu_ps(to + c, firstLanes(width - c), _mm512_mul_ps(_mm512_load_ps(row + c), splat(factor)));
  }
}

/// Keys and values of one head, copied to where the products want them.
struct Packed {
  const float *keys;
  const float *values;

  static int64_t floats(const AttentionShape &shape) {
    return roundedUp(shape.keys, panel) * shape.width + shape.keys * roundedUp(shape.width, lanes);
  }

  Packed(const AttentionShape &shape, const float *k, int64_t keyStride, const float *v, int64_t valueStride,
         float *room) {
    float *transposed = room, *rows = room + roundedUp(shape.keys, panel) * shape.width;
    transposeRows(k, keyStride, shape.keys, shape.width, transposed);
    copyRows(v, valueStride, shape.keys, shape.width, roundedUp(shape.width, lanes), rows);
    keys = transposed;
    values = rows;
  }
};

constexpr int64_t blockFloats(int64_t padded) { return queryBlock * (keyBlock + padded); }

/// One block of queries of one head. `room` holds `blockFloats`.
void attendBlock(const AttentionShape &shape, const Packed &packed, const float *q, int64_t queryStride, int64_t rows,
                 float *y, int64_t resultStride, float *logSums, float *room) {
  int64_t padded = roundedUp(shape.width, lanes);
  float *scores = room, *sums = room + queryBlock * keyBlock;
  RowState states[queryBlock];
  for (RowState &state : states) state = {-std::numeric_limits<float>::infinity(), 0};
  for (int64_t first = 0; first < shape.keys; first += keyBlock) {
    int64_t keys = std::min(keyBlock, shape.keys - first);
    score(q, queryStride, rows, packed.keys + first * shape.width, shape.width, keys, scores);
    for (int64_t r = 0; r < rows; ++r) {
      float correction = exponentiate(scores + r * keyBlock, keys, shape.scale, states[r]);
      if (first > 0 && correction != 1) scaleRow(sums + r * padded, padded, correction);
    }
    mix(rows, {scores, keyBlock, 1}, {packed.values + first * padded, padded}, padded, keys, sums, first > 0);
  }
  for (int64_t r = 0; r < rows; ++r) {
    writeRow(sums + r * padded, shape.width, 1 / states[r].sum, y + r * resultStride);
    if (logSums) logSums[r] = states[r].largest * shape.scale + std::log(states[r].sum);
  }
}

/// Scores become weights, and the weights' gradients become the scores'.
void weighBackward(float *scores, float *gradients, int64_t keys, float scale, float logSum, float inner) {
  for (int64_t key = 0; key < keys; key += lanes) {
    __m512 weight = exponential(_mm512_fmsub_ps(_mm512_load_ps(scores + key), splat(scale), splat(logSum)));
    __m512 gradient = _mm512_sub_ps(_mm512_load_ps(gradients + key), splat(inner));
    _mm512_store_ps(scores + key, weight);
    _mm512_store_ps(gradients + key, _mm512_mul_ps(_mm512_mul_ps(weight, gradient), splat(scale)));
  }
}

float product(const float *a, const float *b, int64_t count) {
  __m512 total = _mm512_setzero_ps();
  for (int64_t c = 0; c < count; c += lanes) {
    __mmask16 mask = firstLanes(count - c);
    total = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + c), _mm512_maskz_loadu_ps(mask, b + c), total);
  }
  return _mm512_reduce_add_ps(total);
}

/// The way back through one head.
struct HeadBackward {
  const AttentionShape &shape;
  int64_t padded = roundedUp(shape.width, lanes);
  int64_t panels = roundedUp(shape.keys, panel) * shape.width;

  /// Rows of whole vectors are read where they are, others are copied.
  int64_t copied(int64_t rows) const { return padded == shape.width ? 0 : rows * padded; }

  int64_t floats() const {
    return 2 * panels + copied(shape.keys) + 2 * copied(shape.queries) + shape.queries * padded +
           roundedUp(shape.queries, lanes) + 2 * keyBlock * padded + 2 * queryBlock * keyBlock;
  }

  RightFactor whole(const float *from, int64_t stride, int64_t rows, float *copy) const {
    if (padded == shape.width) return {from, stride};
    copyRows(from, stride, rows, shape.width, padded, copy);
    return {copy, padded};
  }

  void run(const float *q, int64_t qs, const float *k, int64_t ks, const float *v, int64_t vs, const float *y,
           int64_t ys, const float *logSums, const float *dy, int64_t dys, float *dq, int64_t dqs, float *dk,
           int64_t dks, float *dv, int64_t dvs, float *room) const {
    auto take = [&](int64_t floats) {
      float *part = room;
      room += floats;
      return part;
    };
    float *keysAcross = take(panels), *valuesAcross = take(panels), *keyRoom = take(copied(shape.keys));
    float *queryRoom = take(copied(shape.queries)), *gradientRoom = take(copied(shape.queries));
    float *queryGradients = take(shape.queries * padded), *inner = take(roundedUp(shape.queries, lanes));
    float *keySums = take(keyBlock * padded), *valueSums = take(keyBlock * padded);
    float *scores = take(queryBlock * keyBlock), *slopes = take(queryBlock * keyBlock);
    transposeRows(k, ks, shape.keys, shape.width, keysAcross);
    transposeRows(v, vs, shape.keys, shape.width, valuesAcross);
    RightFactor keys = whole(k, ks, shape.keys, keyRoom), queries = whole(q, qs, shape.queries, queryRoom);
    RightFactor gradients = whole(dy, dys, shape.queries, gradientRoom);
    auto below = [](RightFactor factor, int64_t rows) {
      return RightFactor{factor.at + rows * factor.stride, factor.stride};
    };
    for (int64_t r = 0; r < shape.queries; ++r) inner[r] = product(y + r * ys, dy + r * dys, shape.width);

    for (int64_t first = 0; first < shape.keys; first += keyBlock) {
      int64_t count = std::min(keyBlock, shape.keys - first);
      for (int64_t row = 0; row < shape.queries; row += queryBlock) {
        int64_t rows = std::min(queryBlock, shape.queries - row);
        bool adds = row > 0;
        score(q + row * qs, qs, rows, keysAcross + first * shape.width, shape.width, count, scores);
        score(dy + row * dys, dys, rows, valuesAcross + first * shape.width, shape.width, count, slopes);
        for (int64_t r = 0; r < rows; ++r) {
          weighBackward(scores + r * keyBlock, slopes + r * keyBlock, count, shape.scale, logSums[row + r],
                        inner[row + r]);
        }
        mix(count, {scores, 1, keyBlock}, below(gradients, row), padded, rows, valueSums, adds);
        mix(count, {slopes, 1, keyBlock}, below(queries, row), padded, rows, keySums, adds);
        mix(rows, {slopes, keyBlock, 1}, below(keys, first), padded, count, queryGradients + row * padded,
            first > 0);
      }
      for (int64_t key = 0; key < count; ++key) {
        writeRow(keySums + key * padded, shape.width, 1, dk + (first + key) * dks);
        writeRow(valueSums + key * padded, shape.width, 1, dv + (first + key) * dvs);
      }
    }
    for (int64_t r = 0; r < shape.queries; ++r) writeRow(queryGradients + r * padded, shape.width, 1, dq + r * dqs);
  }
};

}  // namespace

}  // namespace ctorch

CTORCH_AVX512_END

namespace ctorch {

namespace {

struct Free {
  void operator()(float *memory) const { std::free(memory); }
};

std::unique_ptr<float, Free> room(int64_t floats) {
  size_t bytes = (static_cast<size_t>(floats) * sizeof(float) + 63) / 64 * 64;
  std::unique_ptr<float, Free> memory(static_cast<float *>(std::aligned_alloc(64, bytes)));
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

void attend(const AttentionShape &shape, const Heads<const float> &q, const Heads<const float> &k,
            const Heads<const float> &v, const Heads<float> &y, float *logSums) {
  int64_t all = shape.images * shape.heads, blocks = (shape.queries + queryBlock - 1) / queryBlock;
  int64_t padded = roundedUp(shape.width, lanes);
  auto pack = [&](int64_t number, float *memory) {
    int64_t image = number / shape.heads, head = number % shape.heads;
    return Packed(shape, k.of(image, head), k.token, v.of(image, head), v.token, memory);
  };
  auto makeBlock = [&](int64_t number, const Packed &packed, int64_t block) {
    int64_t image = number / shape.heads, head = number % shape.heads, first = block * queryBlock;
    attendBlock(shape, packed, q.of(image, head) + first * q.token, q.token,
                std::min(queryBlock, shape.queries - first), y.of(image, head) + first * y.token, y.token,
                logSums ? logSums + number * shape.queries + first : nullptr, scratch(1, blockFloats(padded)));
  };
  if (all >= at::get_num_threads()) {
    parallel(all, [&](int64_t number) {
      Packed packed = pack(number, scratch(0, Packed::floats(shape)));
      for (int64_t block = 0; block < blocks; ++block) makeBlock(number, packed, block);
    });
  } else {
    // Fewer heads than threads, as in the autoencoder, which has one: threads share its keys. They may be many, so their
    // room does not stay.
    std::unique_ptr<float, Free> memory = room(Packed::floats(shape));
    for (int64_t number = 0; number < all; ++number) {
      Packed packed = pack(number, memory.get());
      parallel(blocks, [&](int64_t block) { makeBlock(number, packed, block); });
    }
  }
}

void attendBackward(const AttentionShape &shape, const Heads<const float> &q, const Heads<const float> &k,
                    const Heads<const float> &v, const Heads<const float> &y, const float *logSums,
                    const Heads<const float> &dy, const Heads<float> &dq, const Heads<float> &dk,
                    const Heads<float> &dv) {
  HeadBackward backward{shape};
  parallel(shape.images * shape.heads, [&](int64_t number) {
    int64_t i = number / shape.heads, h = number % shape.heads;
    backward.run(q.of(i, h), q.token, k.of(i, h), k.token, v.of(i, h), v.token, y.of(i, h), y.token,
                 logSums + number * shape.queries, dy.of(i, h), dy.token, dq.of(i, h), dq.token, dk.of(i, h), dk.token,
                 dv.of(i, h), dv.token, scratch(0, backward.floats()));
  });
}

}  // namespace ctorch

#else

namespace ctorch {

void attend(const AttentionShape &, const Heads<const float> &, const Heads<const float> &, const Heads<const float> &,
            const Heads<float> &, float *) {}
void attendBackward(const AttentionShape &, const Heads<const float> &, const Heads<const float> &,
                    const Heads<const float> &, const Heads<const float> &, const float *, const Heads<const float> &,
                    const Heads<float> &, const Heads<float> &, const Heads<float> &) {}

}  // namespace ctorch

#endif
