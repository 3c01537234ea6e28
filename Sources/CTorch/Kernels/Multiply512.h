// The microkernel of our matrix products: a few rows times a few vectors of columns, all sums in registers.
#pragma once

#include "Math512.h"

#include <cstdint>

#ifdef CTORCH_AVX512

CTORCH_AVX512_BEGIN

namespace ctorch {

/// Columns of one vector.
constexpr int lanes = 16;

/// The factor whose numbers are repeated along vectors: row r's number at depth k is `at[r * row + k * depth]`.
struct LeftFactor {
  const float *at;
  int64_t row, depth;
};

/// Rows of numbers that follow each other, `stride` floats apart; faster where each is on a cache line.
struct RightFactor {
  const float *at;
  int64_t stride;
};

/// sums[row][column] = or += left · right over a depth, rows `stride` floats apart. A sum is made in the order of its
/// depth whatever else is computed beside it.
///
/// `streams` says that the right factor comes from far away and is read once: it is asked for in advance.
template <int rows, int vectors, bool streams>
void multiply(LeftFactor left, RightFactor right, int64_t depth, float *sums, int64_t stride, bool adds) {
  constexpr int64_t ahead = 32;
  __m512 total[rows][vectors];
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v)
      total[r][v] = adds ? _mm512_load_ps(sums + r * stride + v * lanes) : _mm512_setzero_ps();
  for (int64_t k = 0; k < depth; ++k) {
    __m512 column[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      const float *place = right.at + k * right.stride + v * lanes;
      column[v] = _mm512_loadu_ps(place);
      if (streams) _mm_prefetch(reinterpret_cast<const char *>(place + ahead * right.stride), _MM_HINT_T0);
    }
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      __m512 number = _mm512_set1_ps(left.at[r * left.row + k * left.depth]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) total[r][v] = _mm512_fmadd_ps(number, column[v], total[r][v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) _mm512_store_ps(sums + r * stride + v * lanes, total[r][v]);
}

using Multiply = void (*)(LeftFactor, RightFactor, int64_t, float *, int64_t, bool);

/// As many rows as leave registers for the columns.
template <int vectors> constexpr int mostRows = vectors == 3 ? 9 : 14;

template <int vectors, bool streams> constexpr Multiply multiplies[15] = {
    nullptr,
    multiply<1, vectors, streams>,
    multiply<2, vectors, streams>,
    multiply<3, vectors, streams>,
    multiply<4, vectors, streams>,
    multiply<5, vectors, streams>,
    multiply<6, vectors, streams>,
    multiply<7, vectors, streams>,
    multiply<8, vectors, streams>,
    multiply<9, vectors, streams>,
    multiply<vectors == 3 ? 9 : 10, vectors, streams>,
    multiply<vectors == 3 ? 9 : 11, vectors, streams>,
    multiply<vectors == 3 ? 9 : 12, vectors, streams>,
    multiply<vectors == 3 ? 9 : 13, vectors, streams>,
    multiply<vectors == 3 ? 9 : 14, vectors, streams>};

/// The product for any number of rows, in blocks of nearly equal height.
template <int vectors, bool streams>
inline void multiplyRows(int64_t rows, LeftFactor left, RightFactor right, int64_t depth, float *sums, int64_t stride,
                         bool adds) {
  int64_t blocks = (rows + mostRows<vectors> - 1) / mostRows<vectors>;
  for (int64_t block = 0; block < blocks; ++block) {
    int64_t from = rows * block / blocks, count = rows * (block + 1) / blocks - from;
    multiplies<vectors, streams>[count](LeftFactor{left.at + from * left.row, left.row, left.depth}, right, depth,
                                        sums + from * stride, stride, adds);
  }
}

}  // namespace ctorch

CTORCH_AVX512_END

#endif
