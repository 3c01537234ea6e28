// Linear layers, alone and with low-rank updates.
#include "Linear.h"

#include "Bridge.h"

#include <ATen/ops/_unsafe_view.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

using namespace ctorch;

at::Tensor ctorch::linearRows(const at::Tensor &rows, const at::Tensor &weight, const at::Tensor &bias,
                              const at::Tensor &residual) {
  if (!residual.defined()) return bias.defined() ? at::addmm(bias, rows, weight.t()) : at::mm(rows, weight.t());
  if (!bias.defined()) return at::addmm(residual, rows, weight.t());
  at::Tensor sum = residual.add(bias);
  bool records = wantsGradient(sum) || wantsGradient(rows) || wantsGradient(weight);
  return records ? at::addmm(sum, rows, weight.t()) : sum.addmm_(rows, weight.t());
}

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Everything but the last dimension as rows.
at::Tensor rowsOf(const at::Tensor &x) { return x.dim() == 2 ? x : x.reshape({-1, x.size(-1)}); }

/// Not a view, which nobody could change in place: it came out of a node of our own.
at::Tensor shapedLike(const at::Tensor &rows, const at::Tensor &x) {
  if (x.dim() == 2) return rows;
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = rows.size(1);
  return at::_unsafe_view(rows, shape);
}

/// target = a · b · factor, which a sum with nothing of the target tells the product.
void multiplyInto(at::Tensor target, const at::Tensor &a, const at::Tensor &b, double factor) {
  target.addmm_(a, b, /*beta=*/0, /*alpha=*/factor);
}

/// Frozen layers of one input, each with an update: x · weightᵀ + bias + scale · (x · downᵀ) · upᵀ. One layer alone may
/// have a residual added to its result.
///
/// The first products of all updates are one, for they are narrow: so are the gradients that run back through them.
struct LowRankLayers {
  std::vector<at::Tensor> weights, biases, downs, ups;
  std::vector<double> scales;
  /// Rows, or undefined.
  at::Tensor residual;

  size_t count() const { return weights.size(); }

  /// One update's columns of what all have side by side, or its rows.
  at::Tensor part(const at::Tensor &all, size_t index, int64_t dimension) const {
    if (count() == 1) return all;
    int64_t start = 0, sizes[] = {all.size(0), all.size(1)};
    for (size_t i = 0; i < index; ++i) start += downs[i].size(0);
    sizes[dimension] = downs[index].size(0);
    return all.as_strided(sizes, all.strides(), all.storage_offset() + start * all.stride(dimension));
  }

  at::Tensor down() const { return count() == 1 ? downs[0] : at::cat(downs, 0); }

  /// - low: set to x · downᵀ for all updates.
  variable_list forward(const at::Tensor &x, const at::Tensor &down, at::Tensor &low) const {
    at::Tensor rows = rowsOf(x);
    low = at::mm(rows, down.t());
    variable_list results;
    for (size_t i = 0; i < count(); ++i) {
      at::Tensor y = linearRows(rows, weights[i], biases[i], residual);
      y.addmm_(part(low, i, 1), ups[i].t(), 1, scales[i]);
      results.push_back(shapedLike(y, x));
    }
    return results;
  }
};

/// One node of the graph for several layers, and no sum of results or of gradients that has a pass of its own.
struct LowRankLinears : torch::autograd::Function<LowRankLinears> {
  /// The inputs are x, the layers' `down` and `up`, and the residual's rows if there is one: what takes part in the
  /// graph.
  static variable_list forward(AutogradContext *context, at::TensorList inputs, const LowRankLayers &layers) {
    at::Tensor low, down = layers.down();
    variable_list results = layers.forward(inputs[0], down, low);
    variable_list kept{inputs[0], low, down};
    for (auto *list : {&layers.weights, &layers.downs, &layers.ups}) kept.insert(kept.end(), list->begin(), list->end());
    context->save_for_backward(kept);
    context->saved_data["scales"] = layers.scales;
    context->saved_data["hasResidual"] = layers.residual.defined();
    return results;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    size_t count = gradients.size();
    auto list = [&](size_t number) {
      auto first = saved.begin() + static_cast<ptrdiff_t>(3 + number * count);
      return variable_list(first, first + static_cast<ptrdiff_t>(count));
    };
    LowRankLayers layers{.weights = list(0), .biases = {}, .downs = list(1), .ups = list(2),
                         .scales = context->saved_data["scales"].toDoubleVector(), .residual = {}};
    const at::Tensor &x = saved[0], &low = saved[1], &down = saved[2];
    at::Tensor rows = rowsOf(x), lowGradient = at::empty_like(low), dx;
    bool hasResidual = context->saved_data["hasResidual"].toBool();
    variable_list found(2 * count + (hasResidual ? 3 : 2));
    if (hasResidual) found[2 * count + 1] = rowsOf(gradients[0]);
    bool wantsDown = false;
    for (size_t i = 0; i < count; ++i) {
      gradients[i] = rowsOf(gradients[i]);
      const at::Tensor &gradient = gradients[i], &up = layers.ups[i];
      multiplyInto(layers.part(lowGradient, i, 1), gradient, up, layers.scales[i]);
      if (context->needs_input_grad(1 + count + i)) {
        at::Tensor &dup = found[1 + count + i] = at::empty_like(up);
        multiplyInto(dup, gradient.t(), layers.part(low, i, 1), layers.scales[i]);
      }
      if (context->needs_input_grad(0)) {
        if (i == 0) {
          dx = at::mm(gradient, layers.weights[i]);
        } else {
          dx.addmm_(gradient, layers.weights[i]);
        }
      }
      wantsDown = wantsDown || context->needs_input_grad(1 + i);
    }
    if (context->needs_input_grad(0)) found[0] = shapedLike(dx.addmm_(lowGradient, down), x);
    if (wantsDown) {
      at::Tensor all = at::mm(lowGradient.t(), rows);
      for (size_t i = 0; i < count; ++i) {
        if (context->needs_input_grad(1 + i)) found[1 + i] = layers.part(all, i, 0);
      }
    }
    return found;
  }
};

}  // namespace

CTTensorRef ct_linear(CTTensorRef x, CTTensorRef weight, CTTensorRef bias, CTTensorRef residual, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed input(x), matrix(weight);
    std::optional<at::Tensor> constants = optionalTensor(bias);
    if (!residual) return at::linear(input, matrix, constants);
    Borrowed around(residual);
    TORCH_CHECK(input->dim() >= 2 && matrix->dim() == 2 && around->sizes().slice(0, around->dim() - 1) ==
                    input->sizes().slice(0, input->dim() - 1) && around->size(-1) == matrix->size(0),
                "a residual has the result's shape, not ", around->sizes(), " beside ", input->sizes());
    return linearRows(rowsOf(input), matrix, constants.value_or(at::Tensor()), rowsOf(around)).view(around->sizes());
  });
}

void ct_low_rank_linears(CTTensorRef x, const CTLowRankLayer *list, size_t count, CTTensorRef residual,
                         CTTensorRef *results, CTError *error) {
  guarded(error, [&] {
    Borrowed input(x);
    TORCH_CHECK(input->dim() >= 2, "a low-rank update needs rows, not a tensor of shape ", input->sizes());
    LowRankLayers layers;
    bool records = wantsGradient(input);
    if (residual) {
      Borrowed around(residual);
      TORCH_CHECK(count == 1, "a residual is added to the result of one layer, not of ", count);
      TORCH_CHECK(around->dim() == input->dim() && around->numel() / around->size(-1) ==
                      input->numel() / input->size(-1), "a residual has the result's shape, not ", around->sizes(),
                  " beside ", input->sizes());
      layers.residual = rowsOf(around);
      records = records || wantsGradient(around);
    }
    for (const CTLowRankLayer &layer : c10::ArrayRef<CTLowRankLayer>(list, count)) {
      std::optional<at::Tensor> bias = optionalTensor(layer.bias);
      layers.weights.push_back(*Borrowed(layer.weight));
      layers.biases.push_back(bias.value_or(at::Tensor()));
      layers.downs.push_back(*Borrowed(layer.down));
      layers.ups.push_back(*Borrowed(layer.up));
      layers.scales.push_back(layer.scale);
      TORCH_CHECK(!wantsGradient(layers.weights.back()) && !(bias && wantsGradient(*bias)),
                  "a layer with a low-rank update has frozen weights");
      records = records || wantsGradient(layers.downs.back()) || wantsGradient(layers.ups.back());
    }
    variable_list found;
    if (records) {
      variable_list inputs{*input};
      for (auto *matrices : {&layers.downs, &layers.ups}) {
        inputs.insert(inputs.end(), matrices->begin(), matrices->end());
      }
      if (layers.residual.defined()) inputs.push_back(layers.residual);
      found = LowRankLinears::apply(at::TensorList(inputs), layers);
    } else {
      at::Tensor low;
      found = layers.forward(input, layers.down(), low);
    }
    for (size_t i = 0; i < count; ++i) results[i] = give(found[i]);
  });
}
