// Functions of sixteen float32 numbers at once, for the AVX-512 kernels alone.
#pragma once

#include "AVX512.h"

#ifdef CTORCH_AVX512

CTORCH_AVX512_BEGIN

namespace ctorch {

inline __m512 splat(float value) { return _mm512_set1_ps(value); }

/// eˣ to about one unit in the last place; 0 far below zero, infinity far above. What is not a number stays so: of two
/// operands, the instructions for the larger and the smaller give the second when one is not a number.
inline __m512 exponential(__m512 x) {
  x = _mm512_min_ps(splat(89.f), _mm512_max_ps(splat(-104.f), x));
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, splat(1.44269504f)), _MM_FROUND_TO_NEAREST_INT);
  // ln 2 in two parts, the first of which is exact times any n.
  __m512 r = _mm512_fnmadd_ps(n, splat(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, splat(-2.12194440e-4f), r);
  // Cephes' polynomial for e^r - 1 - r over r².
  __m512 y = _mm512_fmadd_ps(splat(1.9875691500e-4f), r, splat(1.3981999507e-3f));
  y = _mm512_fmadd_ps(y, r, splat(8.3334519073e-3f));
  y = _mm512_fmadd_ps(y, r, splat(4.1665795894e-2f));
  y = _mm512_fmadd_ps(y, r, splat(1.6666665459e-1f));
  y = _mm512_fmadd_ps(y, r, splat(5.0000001201e-1f));
  y = _mm512_add_ps(_mm512_fmadd_ps(y, _mm512_mul_ps(r, r), r), splat(1.f));
  return _mm512_scalef_ps(y, n);
}

/// 1 / x to about one unit in the last place for x in 1 … 1e36: the estimate of 14 bits and one step of Newton's take a
/// fifth of a division's time.
inline __m512 reciprocal(__m512 x) {
  __m512 estimate = _mm512_rcp14_ps(x);
  return _mm512_fmadd_ps(estimate, _mm512_fnmadd_ps(x, estimate, splat(1.f)), estimate);
}

/// 1 / (1 + e⁻ˣ), and not below 1e-35.
inline __m512 logistic(__m512 x) {
  __m512 exponent = _mm512_min_ps(splat(80.f), _mm512_sub_ps(_mm512_setzero_ps(), x));
  return reciprocal(_mm512_add_ps(splat(1.f), exponential(exponent)));
}

/// The normal distribution's integral Φ(x), and e^(-x²/2), by Abramowitz and Stegun's formula 7.1.26 (error 1.5e-7, as
/// libtorch's own).
inline void normal(__m512 x, __m512 &integral, __m512 &bell) {
  // Beyond the bound the tail is zero.
  __m512 z = _mm512_min_ps(splat(1e18f), _mm512_mul_ps(_mm512_abs_ps(x), splat(0.70710678f)));
  bell = exponential(_mm512_mul_ps(_mm512_mul_ps(x, x), splat(-0.5f)));
  __m512 t = reciprocal(_mm512_fmadd_ps(splat(0.3275911f), z, splat(1.f)));
  __m512 y = _mm512_fmadd_ps(splat(1.061405429f), t, splat(-1.453152027f));
  y = _mm512_fmadd_ps(y, t, splat(1.421413741f));
  y = _mm512_fmadd_ps(y, t, splat(-0.284496736f));
  y = _mm512_fmadd_ps(y, t, splat(0.254829592f));
  // Half of 1 - erf(|x| / √2).
  __m512 tail = _mm512_mul_ps(splat(0.5f), _mm512_mul_ps(_mm512_mul_ps(y, t), bell));
  __mmask16 positive = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ);
  integral = _mm512_mask_sub_ps(tail, positive, splat(1.f), tail);
}

}  // namespace ctorch

CTORCH_AVX512_END

#endif
