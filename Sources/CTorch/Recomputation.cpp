// Gradient checkpointing (Chen et al., arXiv 1604.06174): a part of the graph is dropped after the way forward and
// built again on the way back.
#include "Bridge.h"

#include <ATen/core/ivalue.h>
#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <string>

using namespace ctorch;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The caller's computation, let go of with the last graph that may need it.
struct Body final : torch::CustomClassHolder {
  CTComputation compute;
  void (*free)(void *);
  void *context;

  Body(CTComputation compute, void (*free)(void *), void *context)
      : compute(compute), free(free), context(context) {}
  ~Body() override { free(context); }

  at::Tensor operator()(const variable_list &inputs) const {
    std::vector<CTTensorRef> handles;
    for (const at::Tensor &input : inputs) handles.push_back(give(input));
    CTError error{CTErrorNone, nullptr};
    CTTensorRef result = compute(context, handles.data(), handles.size(), &error);
    if (error.code != CTErrorNone) {
      std::string message = error.message ? error.message : "";
      int32_t code = error.code;
      ct_error_free(&error);
      TORCH_CHECK_WITH(OutOfMemoryError, code != CTErrorOutOfMemory, message);
      TORCH_CHECK(code != CTErrorInternal, "INTERNAL ASSERT FAILED: ", message);
      TORCH_CHECK(false, message);
    }
    liveHandles.fetch_sub(1, std::memory_order_relaxed);
    return at::Tensor(Impl::reclaim(reinterpret_cast<c10::TensorImpl *>(result)));
  }
};

/// Calls the body with leaves in the inputs' place.
std::pair<variable_list, at::Tensor> attached(const Body &body, const variable_list &outer) {
  variable_list inputs;
  for (const at::Tensor &input : outer) inputs.push_back(input.detach().set_requires_grad(input.requires_grad()));
  c10::AutoGradMode recording(true);
  at::Tensor result = body(inputs);
  return {std::move(inputs), std::move(result)};
}

struct Recomputation : torch::autograd::Function<Recomputation> {
  /// The last input is the anchor: it only makes the engine come back here.
  static at::Tensor forward(AutogradContext *ctx, at::TensorList inputs, c10::intrusive_ptr<Body> body) {
    variable_list kept(inputs.begin(), inputs.end() - 1);
    ctx->save_for_backward(kept);
    ctx->saved_data["body"] = c10::IValue::make_capsule(body);
    // The graph is recorded and dropped: kernels may choose by whether it is, and both calls must compute the same.
    return attached(*body, kept).second.detach();
  }

  static variable_list backward(AutogradContext *ctx, variable_list gradients) {
    auto body = c10::static_intrusive_pointer_cast<Body>(ctx->saved_data["body"].toCapsule());
    auto [inputs, result] = attached(*body, ctx->get_saved_variables());
    // Leaves inside the body get their gradients here, as in an ordinary pass.
    if (result.requires_grad()) torch::autograd::backward({result}, gradients);
    variable_list found;
    for (const at::Tensor &input : inputs) found.push_back(input.grad());
    // The anchor's and the body's.
    found.resize(found.size() + 2);
    return found;
  }
};

}  // namespace

CTTensorRef ct_recomputed(const CTTensorRef *inputs, size_t count, CTComputation compute, void (*free)(void *),
                          void *context, CTError *error) {
  return made(error, [&] {
    auto body = c10::make_intrusive<Body>(compute, free, context);
    variable_list list = tensorList(inputs, count);
    list.push_back(at::empty({0}, at::TensorOptions().dtype(at::kFloat)).set_requires_grad(true));
    return Recomputation::apply(at::TensorList(list), body);
  });
}

bool ct_grad_enabled(void) { return c10::GradMode::is_enabled(); }
