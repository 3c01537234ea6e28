// Queries are taken in blocks and keys in blocks; a block of scores stays in the first-level cache from its product to
// its last use. Keys are copied transposed, so that vectors run over keys in one product and over a head's numbers in
// the other.
#include "Attention.h"

#include "Multiply512.h"
#include "Parallel.h"
#include "Transpose512.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>

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
inline void transpose(__m512 rows[lanes]) {
  __m512 quads[lanes];
  transposeQuads(rows, quads);
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) joinQuads<true>(quads, j, rows);
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

/// Where every score so far is minus infinity: all exponentials are zero, but what is not a number stays so.
float exponentiateNothing(float *scores, int64_t keys, RowState &state) {
  __m512 total = _mm512_setzero_ps();
  for (int64_t key = 0; key < keys; key += lanes) {
    __m512 score = _mm512_load_ps(scores + key);
    __m512 value = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(score, score, _CMP_UNORD_Q), score);
    total = _mm512_mask_add_ps(total, firstLanes(keys - key), total, value);
    _mm512_store_ps(scores + key, value);
  }
  state.sum += _mm512_reduce_add_ps(total);
  return 1;
}

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
  if (largest == lowest) return exponentiateNothing(scores, keys, state);
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

/// Where the numbers of one head lie.
template <class Number> struct Rows {
  Number *at;
  int64_t stride;

  Rows(const Heads<Number> &heads, int64_t image, int64_t head) : at(heads.of(image, head)), stride(heads.token) {}

  Number *operator[](int64_t row) const { return at + row * stride; }
};

/// The way back through one head. Every number is a sum in the same order whichever of its functions make it.
struct HeadBackward {
  const AttentionShape &shape;
  Rows<const float> q, k, v, y, dy;
  Rows<float> dq, dk, dv;
  const float *logSums;

  const int64_t padded = roundedUp(shape.width, lanes);
  const int64_t panels = roundedUp(shape.keys, panel) * shape.width;
  const float *keysAcross = nullptr, *valuesAcross = nullptr, *inner = nullptr;
  RightFactor keys{}, queries{}, gradients{};

  /// Rows of whole vectors are read where they are, others are copied.
  int64_t copied(int64_t rows) const { return padded == shape.width ? 0 : rows * padded; }

  /// What `pack` takes.
  int64_t packedFloats() const {
    return 2 * panels + copied(shape.keys) + 2 * copied(shape.queries) + roundedUp(shape.queries, lanes);
  }

  void pack(float *room) {
    auto take = [&](int64_t floats) {
      float *part = room;
      room += floats;
      return part;
    };
    auto whole = [&](const Rows<const float> &from, int64_t rows) {
      float *copy = take(copied(rows));
      if (padded == shape.width) return RightFactor{from.at, from.stride};
      copyRows(from.at, from.stride, rows, shape.width, padded, copy);
      return RightFactor{copy, padded};
    };
    float *across = take(panels), *others = take(panels), *products = take(roundedUp(shape.queries, lanes));
    transposeRows(k.at, k.stride, shape.keys, shape.width, across);
    transposeRows(v.at, v.stride, shape.keys, shape.width, others);
    for (int64_t r = 0; r < shape.queries; ++r) products[r] = product(y[r], dy[r], shape.width);
    keysAcross = across;
    valuesAcross = others;
    inner = products;
    keys = whole(k, shape.keys);
    queries = whole(q, shape.queries);
    gradients = whole(dy, shape.queries);
  }

  /// A block of weights, and of the gradients of its scores.
  struct Block {
    float *weights, *slopes;

    static constexpr int64_t floats = 2 * queryBlock * keyBlock;
    explicit Block(float *room) : weights(room), slopes(room + queryBlock * keyBlock) {}
  };

  void fill(const Block &block, int64_t row, int64_t rows, int64_t key, int64_t count) const {
    score(q[row], q.stride, rows, keysAcross + key * shape.width, shape.width, count, block.weights);
    score(dy[row], dy.stride, rows, valuesAcross + key * shape.width, shape.width, count, block.slopes);
    for (int64_t r = 0; r < rows; ++r) {
      weighBackward(block.weights + r * keyBlock, block.slopes + r * keyBlock, count, shape.scale, logSums[row + r],
                    inner[row + r]);
    }
  }

  static RightFactor below(const RightFactor &factor, int64_t rows) {
    return {factor.at + rows * factor.stride, factor.stride};
  }

  /// Sums for a block of keys, from the queries that follow each other.
  void addToKeys(const Block &block, int64_t row, int64_t rows, int64_t count, float *keySums,
                 float *valueSums) const {
    mix(count, {block.weights, 1, keyBlock}, below(gradients, row), padded, rows, valueSums, row > 0);
    mix(count, {block.slopes, 1, keyBlock}, below(queries, row), padded, rows, keySums, row > 0);
  }

  void addToQueries(const Block &block, int64_t rows, int64_t key, int64_t count, float *sums) const {
    mix(rows, {block.slopes, keyBlock, 1}, below(keys, key), padded, count, sums, key > 0);
  }

  void writeKeys(int64_t key, int64_t count, const float *keySums, const float *valueSums) const {
    for (int64_t i = 0; i < count; ++i) {
      writeRow(keySums + i * padded, shape.width, 1, dk[key + i]);
      writeRow(valueSums + i * padded, shape.width, 1, dv[key + i]);
    }
  }

  void writeQueries(int64_t row, int64_t rows, const float *sums) const {
    for (int64_t r = 0; r < rows; ++r) writeRow(sums + r * padded, shape.width, 1, dq[row + r]);
  }

  /// What `makeAll` takes.
  int64_t allFloats() const { return Block::floats + 2 * keyBlock * padded + shape.queries * padded; }

  /// All gradients, each block computed once.
  void makeAll(float *room) const {
    Block block(room);
    float *keySums = room + Block::floats, *valueSums = keySums + keyBlock * padded;
    float *querySums = valueSums + keyBlock * padded;
    for (int64_t key = 0; key < shape.keys; key += keyBlock) {
      int64_t count = std::min(keyBlock, shape.keys - key);
      for (int64_t row = 0; row < shape.queries; row += queryBlock) {
        int64_t rows = std::min(queryBlock, shape.queries - row);
        fill(block, row, rows, key, count);
        addToKeys(block, row, rows, count, keySums, valueSums);
        addToQueries(block, rows, key, count, querySums + row * padded);
      }
      writeKeys(key, count, keySums, valueSums);
    }
    writeQueries(0, shape.queries, querySums);
  }

  /// What `makeKeys` and `makeQueries` take.
  int64_t partFloats() const { return Block::floats + 2 * keyBlock * padded; }

  /// The gradients of one block of keys and values.
  void makeKeys(int64_t key, float *room) const {
    Block block(room);
    float *keySums = room + Block::floats, *valueSums = keySums + keyBlock * padded;
    int64_t count = std::min(keyBlock, shape.keys - key);
    for (int64_t row = 0; row < shape.queries; row += queryBlock) {
      int64_t rows = std::min(queryBlock, shape.queries - row);
      fill(block, row, rows, key, count);
      addToKeys(block, row, rows, count, keySums, valueSums);
    }
    writeKeys(key, count, keySums, valueSums);
  }

  /// The gradients of one block of queries.
  void makeQueries(int64_t row, float *room) const {
    Block block(room);
    float *sums = room + Block::floats;
    int64_t rows = std::min(queryBlock, shape.queries - row);
    for (int64_t key = 0; key < shape.keys; key += keyBlock) {
      int64_t count = std::min(keyBlock, shape.keys - key);
      fill(block, row, rows, key, count);
      addToQueries(block, rows, key, count, sums);
    }
    writeQueries(row, rows, sums);
  }
};

}  // namespace

}  // namespace ctorch

CTORCH_AVX512_END

namespace ctorch {

namespace {

/// Beyond so many floats of one head, threads share them and let them go after the call: scratch memory stays.
constexpr int64_t mostScratch = 1 << 20;

int64_t blocksOf(int64_t count, int64_t block) { return (count + block - 1) / block; }

}  // namespace

void attend(const AttentionShape &shape, const Heads<const float> &q, const Heads<const float> &k,
            const Heads<const float> &v, const Heads<float> &y, float *logSums) {
  int64_t all = shape.images * shape.heads, blocks = blocksOf(shape.queries, queryBlock);
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
  if (all >= at::get_num_threads() && Packed::floats(shape) <= mostScratch) {
    parallel(all, [&](int64_t number) {
      Packed packed = pack(number, scratch(0, Packed::floats(shape)));
      for (int64_t block = 0; block < blocks; ++block) makeBlock(number, packed, block);
    });
  } else {
    // The autoencoder has one head, and many keys.
    Room memory = room(Packed::floats(shape));
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
  int64_t all = shape.images * shape.heads;
  auto head = [&](int64_t number) {
    int64_t i = number / shape.heads, h = number % shape.heads;
    return HeadBackward{.shape = shape, .q = {q, i, h}, .k = {k, i, h}, .v = {v, i, h}, .y = {y, i, h},
                        .dy = {dy, i, h}, .dq = {dq, i, h}, .dk = {dk, i, h}, .dv = {dv, i, h},
                        .logSums = logSums + number * shape.queries};
  };
  if (all >= at::get_num_threads()) {
    parallel(all, [&](int64_t number) {
      HeadBackward backward = head(number);
      backward.pack(scratch(0, backward.packedFloats()));
      backward.makeAll(scratch(1, backward.allFloats()));
    });
    return;
  }
  // Fewer heads than threads: each block is computed twice, once for its keys and once for its queries.
  int64_t keyBlocks = blocksOf(shape.keys, keyBlock), queryBlocks = blocksOf(shape.queries, queryBlock);
  for (int64_t number = 0; number < all; ++number) {
    HeadBackward backward = head(number);
    Room memory = room(backward.packedFloats());
    backward.pack(memory.get());
    parallel(keyBlocks + queryBlocks, [&](int64_t item) {
      float *part = scratch(1, backward.partFloats());
      item < keyBlocks ? backward.makeKeys(item * keyBlock, part)
                       : backward.makeQueries((item - keyBlocks) * queryBlock, part);
    });
  }
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
