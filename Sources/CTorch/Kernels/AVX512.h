// Kernels for AVX-512 in a library that is built for any x86-64: everything between CTORCH_AVX512_BEGIN and
// CTORCH_AVX512_END may use its instructions, and may be called only where `ctorch::hasAVX512()` is true. Include
// every header before BEGIN: what is instantiated in between would be compiled for AVX-512 and shared with others.
#pragma once

#if defined(__x86_64__)
#define CTORCH_AVX512 1
#include <immintrin.h>
#if defined(__clang__)
#define CTORCH_AVX512_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"avx512f,avx512dq,avx512bw,avx512vl,fma\"))), apply_to = function)")
#define CTORCH_AVX512_END _Pragma("clang attribute pop")
#else
#define CTORCH_AVX512_BEGIN \
  _Pragma("GCC push_options") _Pragma("GCC target(\"avx512f,avx512dq,avx512bw,avx512vl,fma\")")
#define CTORCH_AVX512_END _Pragma("GCC pop_options")
#endif
#endif

namespace ctorch {

/// Whether this processor runs the kernels. The answer never changes, so that results do not either.
inline bool hasAVX512() {
#ifdef CTORCH_AVX512
  static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return has;
#else
  return false;
#endif
}

}  // namespace ctorch
