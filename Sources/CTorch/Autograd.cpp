// Gradients, and the thread's grad and inference modes.
#include "Bridge.h"

#include <ATen/ops/ones_like.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

using namespace ctorch;

bool ct_requires_grad(CTTensorRef t) { return Borrowed(t)->requires_grad(); }

void ct_set_requires_grad(CTTensorRef t, bool requires_grad, CTError *error) {
  guarded(error, [&] {
    Borrowed tensor(t);
    TORCH_CHECK(tensor->is_leaf() || requires_grad,
                "only a leaf can stop requiring its gradient; detach() the tensor instead");
    TORCH_CHECK(!requires_grad || at::isFloatingType(tensor->scalar_type()), "only floating-point tensors have "
                "gradients, not ", tensor->scalar_type());
    tensor.target().set_requires_grad(requires_grad);
  });
}

bool ct_is_leaf(CTTensorRef t) { return Borrowed(t)->is_leaf(); }

CTTensorRef ct_grad(CTTensorRef t) { return give(Borrowed(t)->grad()); }

void ct_set_grad(CTTensorRef t, CTTensorRef grad, CTError *error) {
  guarded(error, [&] {
    Borrowed tensor(t), value(grad);
    TORCH_CHECK(!value->defined() || (value->sizes() == tensor->sizes() &&
                                      value->scalar_type() == tensor->scalar_type() &&
                                      value->device() == tensor->device()),
                "a gradient has its tensor's shape, dtype and device: ", tensor->sizes(), " ", tensor->scalar_type());
    tensor.target().mutable_grad() = *value;
  });
}

void ct_backward(CTTensorRef t, CTTensorRef gradient, bool retain_graph, CTError *error) {
  guarded(error, [&] { Borrowed(t)->backward(Borrowed(gradient), retain_graph, /*create_graph=*/false); });
}

void ct_gradients(const CTTensorRef *outputs, const CTTensorRef *gradients, size_t output_count,
                  const CTTensorRef *inputs, size_t input_count, bool retain_graph, CTTensorRef *out,
                  CTError *error) {
  guarded(error, [&] {
    std::vector<at::Tensor> seeds = tensorList(gradients, output_count);
    for (size_t i = 0; i < output_count; ++i) {
      if (!seeds[i].defined()) seeds[i] = at::ones_like(Borrowed(outputs[i]));
    }
    auto found = torch::autograd::grad(tensorList(outputs, output_count), tensorList(inputs, input_count), seeds,
                                       retain_graph, /*create_graph=*/false, /*allow_unused=*/true);
    for (size_t i = 0; i < input_count; ++i) out[i] = give(std::move(found[i]));
  });
}

bool ct_exchange_grad_mode(bool enabled) {
  bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled);
  return before;
}

void *ct_inference_begin(CTError *error) {
  return guarded(error, []() -> void * { return new c10::InferenceMode(true); });
}

void ct_inference_end(void *guard) { delete static_cast<c10::InferenceMode *>(guard); }
