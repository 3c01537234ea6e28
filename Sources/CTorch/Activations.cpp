// Group norm with SiLU, and the gated GELU: our own kernels where they fit, libtorch's operations elsewhere.
#include "Bridge.h"
#include "Kernels/AVX512.h"
#include "Kernels/GatedGELU.h"
#include "Kernels/GroupNorm.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/silu.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

using namespace ctorch;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto last = at::MemoryFormat::ChannelsLast;

/// Whether our group norm takes this: an image with the channels last, frozen weights.
bool fits(const at::Tensor &x, int64_t groups, const at::Tensor &weight, const at::Tensor &bias) {
  auto isFrozenVector = [&](const at::Tensor &t) {
    return t.defined() && isPlainFloat(t) && t.dim() == 1 && t.size(0) == x.size(1) && t.is_contiguous() &&
           !wantsGradient(t);
  };
  return hasAVX512() && isPlainFloat(x) && x.dim() == 4 && x.is_contiguous(last) && x.numel() > 0 &&
         x.size(1) % 16 == 0 && groups > 0 && x.size(1) % groups == 0 && isFrozenVector(weight) &&
         isFrozenVector(bias);
}

GroupNormalization normalization(const at::Tensor &x, int64_t groups, const at::Tensor &weight,
                                 const at::Tensor &bias, const at::Tensor &statistics, double epsilon,
                                 bool activates) {
  return {
      .images = x.size(0), .pixels = x.size(2) * x.size(3), .channels = x.size(1), .groups = groups,
      .epsilon = static_cast<float>(epsilon), .activates = activates, .x = x.const_data_ptr<float>(),
      .weight = weight.const_data_ptr<float>(), .bias = bias.const_data_ptr<float>(),
      .statistics = statistics.mutable_data_ptr<float>(),
  };
}

at::Tensor normalized(const at::Tensor &x, int64_t groups, const at::Tensor &weight, const at::Tensor &bias,
                      const at::Tensor &statistics, double epsilon, bool activates) {
  RECORD_FUNCTION("lorikeet::group_norm", c10::ArrayRef<const c10::IValue>());
  at::Tensor y = at::empty(x.sizes(), x.options().memory_format(last));
  normalization(x, groups, weight, bias, statistics, epsilon, activates).forward(y.mutable_data_ptr<float>());
  return y;
}

struct FrozenGroupNorm : torch::autograd::Function<FrozenGroupNorm> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, int64_t groups, const at::Tensor &weight,
                            const at::Tensor &bias, double epsilon, bool activates) {
    at::Tensor statistics = at::empty({x.size(0), groups, 2}, x.options());
    at::Tensor y = normalized(x, groups, weight, bias, statistics, epsilon, activates);
    context->save_for_backward({x, weight, bias, statistics});
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["activates"] = activates;
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &statistics = saved[3];
    at::Tensor gradient = gradients[0].contiguous(last);
    at::Tensor dx = at::empty(x.sizes(), x.options().memory_format(last));
    normalization(x, statistics.size(1), saved[1], saved[2], statistics, context->saved_data["epsilon"].toDouble(),
                  context->saved_data["activates"].toBool())
        .backward(gradient.const_data_ptr<float>(), dx.mutable_data_ptr<float>());
    return {dx, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

at::Tensor gated(const at::Tensor &x) {
  RECORD_FUNCTION("lorikeet::gated_gelu", c10::ArrayRef<const c10::IValue>());
  int64_t width = x.size(-1) / 2;
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = width;
  at::Tensor y = at::empty(shape, x.options());
  gatedGELU(y.numel() / width, width, x.const_data_ptr<float>(), y.mutable_data_ptr<float>());
  return y;
}

struct GatedGELU : torch::autograd::Function<GatedGELU> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x) {
    context->save_for_backward({x});
    return gated(x);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    at::Tensor x = context->get_saved_variables()[0], gradient = gradients[0].contiguous();
    at::Tensor dx = at::empty_like(x);
    int64_t width = gradient.size(-1);
    gatedGELUBackward(gradient.numel() / width, width, x.const_data_ptr<float>(), gradient.const_data_ptr<float>(),
                      dx.mutable_data_ptr<float>());
    return {dx};
  }
};

}  // namespace

CTTensorRef ct_group_norm(CTTensorRef x, ptrdiff_t groups, CTTensorRef weight, CTTensorRef bias, double eps, bool silu,
                          CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed image(x), scale(weight), shift(bias);
    if (fits(image, groups, scale, shift)) {
      if (wantsGradient(image)) {
        return FrozenGroupNorm::apply(*image, static_cast<int64_t>(groups), *scale, *shift, eps, silu);
      }
      at::Tensor statistics = at::empty({image->size(0), groups, 2}, image->options());
      return normalized(image, groups, scale, shift, statistics, eps, silu);
    }
    at::Tensor result = at::group_norm(image, groups, optionalTensor(weight), optionalTensor(bias), eps);
    return silu ? at::silu(result) : result;
  });
}

CTTensorRef ct_gated_gelu(CTTensorRef x, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed t(x);
    TORCH_CHECK(t->dim() > 0 && t->size(-1) % 2 == 0, "a gated activation needs an even last dimension, not ",
                t->sizes());
    if (hasAVX512() && isPlainFloat(t) && t->is_contiguous() && t->numel() > 0 && t->size(-1) % 32 == 0) {
      return wantsGradient(t) ? GatedGELU::apply(*t) : gated(t);
    }
    auto halves = t->chunk(2, -1);
    return at::mul(halves[0], at::gelu(halves[1]));
  });
}
