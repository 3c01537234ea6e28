// Steps of Lion and of Prodigy over lists of tensors: a few calls for all parameters together, for a LoRA has hundreds
// of small ones.
#include "Bridge.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_foreach_sign.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/_foreach_sub.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sum.h>
#include <c10/core/GradMode.h>

using namespace ctorch;

void ct_lion_step(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *averages,
                  size_t count, double learning_rate, double beta1, double beta2, double weight_decay,
                  CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    c10::NoGradGuard noGrad;
    std::vector<at::Tensor> weights = tensorList(parameters, count), grads = tensorList(gradients, count),
                            momenta = tensorList(averages, count);
    std::vector<at::Tensor> updates = at::_foreach_mul(momenta, at::Scalar(beta1));
    at::_foreach_add_(updates, grads, 1 - beta1);
    at::_foreach_sign_(updates);
    if (weight_decay != 0) at::_foreach_mul_(weights, at::Scalar(1 - learning_rate * weight_decay));
    at::_foreach_add_(weights, updates, -learning_rate);
    at::_foreach_mul_(momenta, at::Scalar(beta2));
    at::_foreach_add_(momenta, grads, 1 - beta2);
  });
}

/// Sums in double: a LoRA's hundreds of partial sums span many orders of magnitude.
static double total(const std::vector<at::Tensor> &scalars) {
  return at::stack(scalars).sum(at::kDouble).item().toDouble();
}

void ct_prodigy_gather(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *starts,
                       const CTTensorRef *averages, const CTTensorRef *square_averages, const CTTensorRef *sums,
                       size_t count, double beta1, double beta2, double beta3, double distance, double sum_weight,
                       double *travelled, double *sum_norm, CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    c10::NoGradGuard noGrad;
    std::vector<at::Tensor> grads = tensorList(gradients, count), first = tensorList(averages, count),
                            second = tensorList(square_averages, count), gathered = tensorList(sums, count);
    std::vector<at::Tensor> back = at::_foreach_sub(tensorList(starts, count), tensorList(parameters, count));
    std::vector<at::Tensor> products;
    products.reserve(count);
    for (size_t i = 0; i < count; ++i) products.push_back(at::dot(grads[i].reshape(-1), back[i].reshape(-1)));
    *travelled = total(products);

    at::_foreach_mul_(first, at::Scalar(beta1));
    at::_foreach_add_(first, grads, distance * (1 - beta1));
    at::_foreach_mul_(second, at::Scalar(beta2));
    at::_foreach_addcmul_(second, grads, grads, distance * distance * (1 - beta2));
    at::_foreach_mul_(gathered, at::Scalar(beta3));
    at::_foreach_add_(gathered, grads, sum_weight);
    *sum_norm = total(at::_foreach_norm(gathered, 1));
  });
}

void ct_prodigy_move(const CTTensorRef *parameters, const CTTensorRef *averages, const CTTensorRef *square_averages,
                     size_t count, double rate, double weight_decay, double epsilon, CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    c10::NoGradGuard noGrad;
    std::vector<at::Tensor> weights = tensorList(parameters, count);
    std::vector<at::Tensor> denominators = at::_foreach_sqrt(tensorList(square_averages, count));
    at::_foreach_add_(denominators, at::Scalar(epsilon));
    if (weight_decay != 0) at::_foreach_mul_(weights, at::Scalar(1 - weight_decay * rate));
    at::_foreach_addcdiv_(weights, tensorList(averages, count), denominators, -rate);
  });
}
