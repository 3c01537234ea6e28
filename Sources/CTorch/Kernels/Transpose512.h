// Sixteen vectors as the rows of a square, and its columns.
#pragma once

#include "AVX512.h"

#ifdef CTORCH_AVX512

CTORCH_AVX512_BEGIN

namespace ctorch {

/// The first half of a transposition: lane l of t[4 k + j] is column 4 l + j of rows 4 k … 4 k + 3.
inline void transposeQuads(const __m512 r[16], __m512 t[16]) {
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    __m512 a = _mm512_unpacklo_ps(r[i], r[i + 1]), b = _mm512_unpackhi_ps(r[i], r[i + 1]);
    __m512 c = _mm512_unpacklo_ps(r[i + 2], r[i + 3]), d = _mm512_unpackhi_ps(r[i + 2], r[i + 3]);
    t[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(c)));
    t[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(c)));
    t[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(b), _mm512_castps_pd(d)));
    t[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(b), _mm512_castps_pd(d)));
  }
}

/// Columns j, 4 + j and, if wanted, 8 + j and 12 + j of what `transposeQuads` made.
template <bool all> inline void joinQuads(const __m512 t[16], int j, __m512 columns[16]) {
  __m512 a = _mm512_shuffle_f32x4(t[j], t[4 + j], 0x44), b = _mm512_shuffle_f32x4(t[8 + j], t[12 + j], 0x44);
  columns[j] = _mm512_shuffle_f32x4(a, b, 0x88);
  columns[4 + j] = _mm512_shuffle_f32x4(a, b, 0xdd);
  if (!all) return;
  __m512 c = _mm512_shuffle_f32x4(t[j], t[4 + j], 0xee), d = _mm512_shuffle_f32x4(t[8 + j], t[12 + j], 0xee);
  columns[8 + j] = _mm512_shuffle_f32x4(c, d, 0x88);
  columns[12 + j] = _mm512_shuffle_f32x4(c, d, 0xdd);
}

}  // namespace ctorch

CTORCH_AVX512_END

#endif
