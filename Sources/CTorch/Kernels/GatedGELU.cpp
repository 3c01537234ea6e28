#include "GatedGELU.h"

#include "Math512.h"
#include "Parallel.h"

#include <algorithm>

#ifdef CTORCH_AVX512

CTORCH_AVX512_BEGIN

namespace ctorch {

namespace {

void forwardRow(int64_t width, const float *x, float *y) {
  for (int64_t i = 0; i < width; i += 16) {
    __m512 gate = _mm512_loadu_ps(x + width + i), integral, bell;
    normal(gate, integral, bell);
    _mm512_storeu_ps(y + i, _mm512_mul_ps(_mm512_loadu_ps(x + i), _mm512_mul_ps(gate, integral)));
  }
}

void backwardRow(int64_t width, const float *x, const float *gradient, float *dx) {
  for (int64_t i = 0; i < width; i += 16) {
    __m512 value = _mm512_loadu_ps(x + i), gate = _mm512_loadu_ps(x + width + i), g = _mm512_loadu_ps(gradient + i);
    __m512 integral, bell;
    normal(gate, integral, bell);
    _mm512_storeu_ps(dx + i, _mm512_mul_ps(g, _mm512_mul_ps(gate, integral)));
    // gelu'(b) = Φ(b) + b φ(b), where φ = e^(-b²/2) / √(2π).
    __m512 slope = _mm512_fmadd_ps(_mm512_mul_ps(gate, bell), splat(0.39894228f), integral);
    _mm512_storeu_ps(dx + width + i, _mm512_mul_ps(_mm512_mul_ps(g, value), slope));
  }
}

}  // namespace

}  // namespace ctorch

CTORCH_AVX512_END

namespace ctorch {

namespace {

constexpr int64_t rowsTogether = 16;

template <class Row> void forRows(int64_t rows, const Row &row) {
  parallel((rows + rowsTogether - 1) / rowsTogether, [&](int64_t block) {
    for (int64_t r = block * rowsTogether; r < std::min(rows, (block + 1) * rowsTogether); ++r) row(r);
  });
}

}  // namespace

void gatedGELU(int64_t rows, int64_t width, const float *x, float *y) {
  forRows(rows, [&](int64_t r) { forwardRow(width, x + 2 * width * r, y + width * r); });
}

void gatedGELUBackward(int64_t rows, int64_t width, const float *x, const float *gradient, float *dx) {
  forRows(rows, [&](int64_t r) {
    backwardRow(width, x + 2 * width * r, gradient + width * r, dx + 2 * width * r);
  });
}

}  // namespace ctorch

#else

namespace ctorch {

void gatedGELU(int64_t, int64_t, const float *, float *) {}
void gatedGELUBackward(int64_t, int64_t, const float *, const float *, float *) {}

}  // namespace ctorch

#endif
