// AdamW over lists of tensors, and clipping of their common norm.
#include "Bridge.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

using namespace ctorch;

void ct_adamw_step(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *averages,
                   const CTTensorRef *square_averages, const CTTensorRef *steps, size_t count, double learning_rate,
                   double beta1, double beta2, double weight_decay, double epsilon, CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    c10::NoGradGuard noGrad;
    at::_fused_adamw_(tensorList(parameters, count), tensorList(gradients, count), tensorList(averages, count),
                      tensorList(square_averages, count), /*max_exp_avg_sqs=*/{}, tensorList(steps, count),
                      learning_rate, beta1, beta2, weight_decay, epsilon, /*amsgrad=*/false, /*maximize=*/false);
  });
}

void ct_add_scalar_all_in_place(const CTTensorRef *tensors, size_t count, double value, CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    c10::NoGradGuard noGrad;
    at::_foreach_add_(tensorList(tensors, count), at::Scalar(value));
  });
}

void ct_mul_scalar_all_in_place(const CTTensorRef *tensors, size_t count, double value, CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    c10::NoGradGuard noGrad;
    at::_foreach_mul_(tensorList(tensors, count), at::Scalar(value));
  });
}

double ct_clip_norm(const CTTensorRef *tensors, size_t count, double max_norm, CTError *error) {
  return guarded(error, [&]() -> double {
    if (count == 0) return 0;
    c10::NoGradGuard noGrad;
    std::vector<at::Tensor> list = tensorList(tensors, count);
    // Norms of bfloat16 gradients are taken in float32: 8 bits of mantissa would swallow the small ones. Naming a type
    // costs libtorch a copy of each tensor, even where it is that type.
    bool wide = std::all_of(list.begin(), list.end(), [](auto &t) { return t.scalar_type() == at::kFloat; });
    std::vector<at::Tensor> norms = at::_foreach_norm(list, 2, wide ? std::nullopt : std::optional(at::kFloat));
    double norm = at::linalg_vector_norm(at::stack(norms)).item().toDouble();
    // The 1e-6 is torch.nn.utils.clip_grad_norm_'s, so that both agree.
    double scale = max_norm / (norm + 1e-6);
    if (std::isfinite(norm) && scale < 1) at::_foreach_mul_(list, at::Scalar(scale));
    return norm;
  });
}
