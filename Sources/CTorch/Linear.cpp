// Linear layers, alone and with a low-rank update.
#include "Bridge.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

using namespace ctorch;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Everything but the last dimension as rows.
at::Tensor rowsOf(const at::Tensor &x) { return x.dim() == 2 ? x : x.reshape({-1, x.size(-1)}); }

at::Tensor shapedLike(const at::Tensor &rows, const at::Tensor &x) {
  if (x.dim() == 2) return rows;
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = rows.size(1);
  return rows.view(shape);
}

/// The factor is a part of the product, which a sum with nothing tells it.
at::Tensor scaledProduct(const at::Tensor &a, const at::Tensor &b, double factor) {
  return at::empty({a.size(0), b.size(1)}, a.options()).addmm_(a, b, /*beta=*/0, /*alpha=*/factor);
}

/// A frozen layer and its update.
struct LowRankLayer {
  const at::Tensor &weight;
  const std::optional<at::Tensor> &bias;
  const at::Tensor &down, &up;
  double scale;

  /// x · weightᵀ + bias + scale · low · upᵀ, where low = x · downᵀ is handed out.
  at::Tensor forward(const at::Tensor &x, at::Tensor &low) const {
    at::Tensor rows = rowsOf(x);
    low = at::mm(rows, down.t());
    at::Tensor y = bias ? at::addmm(*bias, rows, weight.t()) : at::mm(rows, weight.t());
    return shapedLike(y.addmm_(low, up.t(), 1, scale), x);
  }
};

/// One node of the graph in place of eight, and no sum of results or of gradients that has a pass of its own.
struct LowRankLinear : torch::autograd::Function<LowRankLinear> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &weight,
                            const std::optional<at::Tensor> &bias, const at::Tensor &down, const at::Tensor &up,
                            double scale) {
    at::Tensor low, y = LowRankLayer{weight, bias, down, up, scale}.forward(x, low);
    context->save_for_backward({x, weight, down, up, low});
    context->saved_data["scale"] = scale;
    context->saved_data["hasBias"] = bias.has_value();
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &down = saved[2], &up = saved[3], &low = saved[4];
    double scale = context->saved_data["scale"].toDouble();
    at::Tensor gradient = rowsOf(gradients[0]);
    // Of the inputs those that are tensors are numbered.
    int64_t number = context->saved_data["hasBias"].toBool() ? 3 : 2;
    at::Tensor dx, ddown, dup;
    at::Tensor dlow = scaledProduct(gradient, up, scale);
    if (context->needs_input_grad(number)) ddown = at::mm(dlow.t(), rowsOf(x));
    if (context->needs_input_grad(number + 1)) dup = scaledProduct(gradient.t(), low, scale);
    if (context->needs_input_grad(0)) {
      dx = shapedLike(at::mm(gradient, weight).addmm_(dlow, down), x);
    }
    return {dx, at::Tensor(), at::Tensor(), ddown, dup, at::Tensor()};
  }
};

}  // namespace

CTTensorRef ct_linear(CTTensorRef x, CTTensorRef weight, CTTensorRef bias, CTError *error) {
  return made(error, [&] { return at::linear(Borrowed(x), Borrowed(weight), optionalTensor(bias)); });
}

CTTensorRef ct_low_rank_linear(CTTensorRef x, CTTensorRef weight, CTTensorRef bias, CTTensorRef down, CTTensorRef up,
                               double scale, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed t(x), matrix(weight), first(down), second(up);
    std::optional<at::Tensor> constants = optionalTensor(bias);
    TORCH_CHECK(!wantsGradient(matrix) && !(constants && wantsGradient(*constants)),
                "a layer with a low-rank update has frozen weights");
    TORCH_CHECK(t->dim() >= 2, "a low-rank update needs rows, not a tensor of shape ", t->sizes());
    if (wantsGradient(t) || wantsGradient(first) || wantsGradient(second)) {
      return LowRankLinear::apply(*t, *matrix, constants, *first, *second, scale);
    }
    at::Tensor low;
    return LowRankLayer{matrix, constants, first, second, scale}.forward(t, low);
  });
}
