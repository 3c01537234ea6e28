// Attention without its matrix of weights in memory (FlashAttention, Dao et al., arXiv 2205.14135), forward and back.
#pragma once

#include <cstdint>

namespace ctorch {

/// Where the numbers of one head of one image lie: tokens are `token` floats apart, a token's numbers follow each other.
template <class Number> struct Heads {
  Number *at;
  int64_t image, head, token;

  Number *of(int64_t imageNumber, int64_t headNumber) const {
    return at + imageNumber * image + headNumber * head;
  }
};

/// softmax(q kᵀ · scale) v, head by head, in float32.
struct AttentionShape {
  int64_t images, heads, queries, keys;
  /// Of one head, the same for queries, keys and values.
  int64_t width;
  /// Not negative.
  float scale;
};

/// An image's result does not depend on how many others there are, nor on the number of threads: bit for bit.
///
/// - logSums: `[images, heads, queries]`: the logarithm of each row's sum of exponentials, for the way back; or null.
void attend(const AttentionShape &shape, const Heads<const float> &q, const Heads<const float> &k,
            const Heads<const float> &v, const Heads<float> &y, float *logSums);

/// The gradients of queries, keys and values for the gradient `dy` of the result `y`.
void attendBackward(const AttentionShape &shape, const Heads<const float> &q, const Heads<const float> &k,
                    const Heads<const float> &v, const Heads<const float> &y, const float *logSums,
                    const Heads<const float> &dy, const Heads<float> &dq, const Heads<float> &dk,
                    const Heads<float> &dv);

}  // namespace ctorch
