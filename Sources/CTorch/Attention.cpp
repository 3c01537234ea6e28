// Attention: our own kernel where it fits, libtorch's elsewhere.
#include "Bridge.h"
#include "Kernels/AVX512.h"
#include "Kernels/Attention.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

using namespace ctorch;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Whether our kernel takes this: float32 whose numbers of a token follow each other.
bool fits(const at::Tensor &q, const at::Tensor &k, const at::Tensor &v) {
  auto isPlain = [](const at::Tensor &t) { return isPlainFloat(t) && t.stride(2) == 1 && t.numel() > 0; };
  return hasAVX512() && isPlain(q) && isPlain(k) && isPlain(v);
}

AttentionShape shapeOf(const at::Tensor &q, const at::Tensor &k, int64_t heads) {
  int64_t width = q.size(2) / heads;
  return {.images = q.size(0), .heads = heads, .queries = q.size(1), .keys = k.size(1), .width = width,
          .scale = static_cast<float>(1 / std::sqrt(static_cast<double>(width)))};
}

Heads<const float> read(const at::Tensor &t, int64_t heads) {
  return {t.const_data_ptr<float>(), t.stride(0), t.size(2) / heads, t.stride(1)};
}

Heads<float> written(const at::Tensor &t, int64_t heads) {
  return {t.mutable_data_ptr<float>(), t.stride(0), t.size(2) / heads, t.stride(1)};
}

at::Tensor attended(const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, int64_t heads,
                    const at::Tensor &logSums) {
  RECORD_FUNCTION("lorikeet::attention", c10::ArrayRef<const c10::IValue>());
  at::Tensor y = at::empty(q.sizes(), q.options());
  attend(shapeOf(q, k, heads), read(q, heads), read(k, heads), read(v, heads), written(y, heads),
         logSums.defined() ? logSums.mutable_data_ptr<float>() : nullptr);
  return y;
}

struct Attention : torch::autograd::Function<Attention> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &q, const at::Tensor &k, const at::Tensor &v,
                            int64_t heads) {
    at::Tensor logSums = at::empty({q.size(0), heads, q.size(1)}, q.options());
    at::Tensor y = attended(q, k, v, heads, logSums);
    context->save_for_backward({q, k, v, y, logSums});
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    RECORD_FUNCTION("lorikeet::attention_backward", c10::ArrayRef<const c10::IValue>());
    variable_list saved = context->get_saved_variables();
    const at::Tensor &q = saved[0], &k = saved[1], &v = saved[2], &y = saved[3], &logSums = saved[4];
    int64_t heads = logSums.size(1);
    at::Tensor dy = gradients[0].stride(2) == 1 ? gradients[0] : gradients[0].contiguous();
    auto emptyLike = [](const at::Tensor &t) { return at::empty(t.sizes(), t.options()); };
    at::Tensor dq = emptyLike(q), dk = emptyLike(k), dv = emptyLike(v);
    attendBackward(shapeOf(q, k, heads), read(q, heads), read(k, heads), read(v, heads), read(y, heads),
                   logSums.const_data_ptr<float>(), read(dy, heads), written(dq, heads), written(dk, heads),
                   written(dv, heads));
    return {dq, dk, dv, at::Tensor()};
  }
};

}  // namespace

CTTensorRef ct_head_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, ptrdiff_t heads, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed queries(q), keys(k), values(v);
    TORCH_CHECK(queries->dim() == 3 && keys->dim() == 3 && values->dim() == 3 && heads > 0 &&
                    queries->size(2) % heads == 0 && keys->size(0) == queries->size(0) &&
                    keys->size(2) == queries->size(2) && values->sizes() == keys->sizes(),
                "attention with ", heads, " heads does not take ", queries->sizes(), ", ", keys->sizes(), " and ",
                values->sizes());
    if (fits(queries, keys, values)) {
      bool records = wantsGradient(queries) || wantsGradient(keys) || wantsGradient(values);
      return records ? Attention::apply(*queries, *keys, *values, static_cast<int64_t>(heads))
                     : attended(queries, keys, values, heads, at::Tensor());
    }
    auto split = [&](const at::Tensor &t) {
      return t.reshape({t.size(0), t.size(1), heads, t.size(2) / heads}).transpose(1, 2);
    };
    at::Tensor mixed = at::scaled_dot_product_attention(split(queries), split(keys), split(values));
    return mixed.transpose(1, 2).reshape(queries->sizes());
  });
}
