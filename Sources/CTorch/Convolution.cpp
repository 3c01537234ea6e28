// Convolutions: our own kernel where it fits, libtorch's elsewhere.
#include "Bridge.h"
#include "Kernels/AVX512.h"
#include "Kernels/Winograd.h"
#include "Linear.h"
#include "PreparedKernels.h"

#include <ATen/ops/add.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

using namespace ctorch;

namespace {

using Optional = std::optional<at::Tensor>;

/// Whether the Winograd kernel takes this convolution. It decides by the layer alone, never by the number of images:
/// an image's pixels must not depend on who shares its batch.
bool isForWinograd(const at::Tensor &x, const at::Tensor &weight, const Optional &bias, const Optional &perImage,
                   const Optional &residual, at::IntArrayRef stride, at::IntArrayRef padding,
                   at::IntArrayRef dilation, int64_t groups) {
  auto all = [](at::IntArrayRef values, int64_t value) { return values[0] == value && values[1] == value; };
  if (!hasAVX512() || groups != 1 || !all(stride, 1) || !all(padding, 1) || !all(dilation, 1)) return false;
  if (x.dim() != 4 || weight.dim() != 4 || weight.size(2) != 3 || weight.size(3) != 3) return false;
  if (!isPlainFloat(x) || !isPlainFloat(weight) || !weight.is_contiguous() || x.numel() == 0) return false;
  if (x.size(1) != weight.size(1) || !WinogradConvolution::fits(weight.size(1), weight.size(0))) return false;
  if (wantsGradient(weight) || (bias && wantsGradient(*bias))) return false;
  auto isVector = [&](const at::Tensor &t, at::IntArrayRef shape) { return isPlainFloat(t) && t.sizes() == shape; };
  return (!bias || isVector(*bias, {weight.size(0)})) &&
         (!perImage || isVector(*perImage, {x.size(0), weight.size(0)})) &&
         (!residual || isVector(*residual, {x.size(0), weight.size(0), x.size(2), x.size(3)}));
}

at::Tensor winograd(const at::Tensor &image, const at::Tensor &weight, const Optional &bias, const Optional &perImage,
                    const Optional &residual, bool turned) {
  RECORD_FUNCTION("lorikeet::winograd", c10::ArrayRef<const c10::IValue>());
  auto last = at::MemoryFormat::ChannelsLast;
  at::Tensor x = image.contiguous(last);
  int64_t outputs = weight.size(turned ? 1 : 0), inputs = weight.size(turned ? 0 : 1);
  at::Tensor y = at::empty({x.size(0), outputs, x.size(2), x.size(3)}, x.options().memory_format(last));
  at::Tensor constants = bias ? bias->contiguous() : at::Tensor();
  at::Tensor added = perImage ? perImage->contiguous() : at::Tensor();
  at::Tensor around = residual ? residual->contiguous(last) : at::Tensor();
  auto numbers = [](const at::Tensor &t) { return t.defined() ? t.const_data_ptr<float>() : nullptr; };
  int64_t rows = 9 * weight.size(1);
  WinogradConvolution convolution{
      .images = x.size(0), .height = x.size(2), .width = x.size(3), .inputs = inputs, .outputs = outputs,
      .x = numbers(x), .weight = numbers(weight), .outputStride = turned ? 9 : rows, .inputStride = turned ? rows : 9,
      .turned = turned, .bias = numbers(constants), .perImage = numbers(added), .residual = numbers(around),
      .y = y.mutable_data_ptr<float>(),
  };
  at::Tensor prepared = preparedKernels(weight, convolution);
  convolution.prepared = numbers(prepared);
  convolution.run();
  return y;
}

/// A convolution whose own weights are frozen: gradients go through it, not to it.
struct FrozenConvolution : torch::autograd::Function<FrozenConvolution> {
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &x, const at::Tensor &weight,
                            const Optional &bias, const Optional &perImage, const Optional &residual) {
    context->save_for_backward({weight});
    // Inputs that take part are numbered without those that are absent.
    int64_t number = bias ? 3 : 2;
    context->saved_data["perImage"] = perImage ? number++ : int64_t(-1);
    context->saved_data["residual"] = residual ? number : int64_t(-1);
    return winograd(x, weight, bias, perImage, residual, /*turned=*/false);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    const at::Tensor &gradient = gradients[0];
    auto isWanted = [&](const char *name) {
      int64_t number = context->saved_data[name].toInt();
      return number >= 0 && context->needs_input_grad(number);
    };
    at::Tensor weight = context->get_saved_variables()[0], x, perImage, residual;
    if (context->needs_input_grad(0)) {
      x = winograd(gradient, weight, std::nullopt, std::nullopt, std::nullopt, /*turned=*/true);
    }
    if (isWanted("perImage")) perImage = at::sum(gradient, at::IntArrayRef({2, 3}));
    if (isWanted("residual")) residual = gradient;
    return {x, at::Tensor(), at::Tensor(), perImage, residual};
  }
};

/// Whether this is a linear layer over the pixels of images with the channels last, which libtorch would copy into
/// another order first.
bool isForLinear(const at::Tensor &x, const at::Tensor &weight, at::IntArrayRef stride, at::IntArrayRef padding,
                 int64_t groups) {
  return groups == 1 && x.dim() == 4 && weight.dim() == 4 && weight.size(2) == 1 && weight.size(3) == 1 &&
         stride[0] == 1 && stride[1] == 1 && padding[0] == 0 && padding[1] == 0 && x.device().is_cpu() &&
         x.numel() > 0 && x.size(1) == weight.size(1) && x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor withSums(at::Tensor result, const Optional &perImage, const Optional &residual) {
  // In place: a convolution's gradient does not need its result.
  if (perImage) result.add_(perImage->unsqueeze(-1).unsqueeze(-1));
  return residual ? withResidual(result, *residual) : result;
}

}  // namespace

CTTensorRef ct_conv2d(CTTensorRef x, CTTensorRef weight, CTTensorRef bias, CTTensorRef per_image,
                      CTTensorRef residual, const ptrdiff_t *stride, const ptrdiff_t *padding,
                      const ptrdiff_t *dilation, ptrdiff_t groups, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed image(x), kernels(weight);
    Optional constants = optionalTensor(bias), added = optionalTensor(per_image), around = optionalTensor(residual);
    if (isForWinograd(image, kernels, constants, added, around, ints(stride, 2), ints(padding, 2), ints(dilation, 2),
                      groups)) {
      bool records = wantsGradient(image) || (added && wantsGradient(*added)) || (around && wantsGradient(*around));
      return records ? FrozenConvolution::apply(*image, *kernels, constants, added, around)
                     : winograd(image, kernels, constants, added, around, /*turned=*/false);
    }
    if (isForLinear(image, kernels, ints(stride, 2), ints(padding, 2), groups)) {
      at::Tensor matrix = kernels->reshape({kernels->size(0), kernels->size(1)});
      at::Tensor pixels = image->permute({0, 2, 3, 1});
      auto rows = [](const at::Tensor &pixels) { return pixels.reshape({-1, pixels.size(3)}); };
      TORCH_CHECK(!around || (around->dim() == 4 && around->numel() / around->size(1) == rows(pixels).size(0) &&
                              around->size(1) == matrix.size(0)),
                  "a residual has the result's shape, not ", around->sizes());
      at::Tensor beside = around ? rows(around->permute({0, 2, 3, 1})) : at::Tensor();
      at::Tensor result = linearRows(rows(pixels), matrix, constants.value_or(at::Tensor()), beside);
      result = result.view({pixels.size(0), pixels.size(1), pixels.size(2), matrix.size(0)}).permute({0, 3, 1, 2});
      return withSums(result, added, std::nullopt);
    }
    return withSums(at::conv2d(image, kernels, constants, ints(stride, 2), ints(padding, 2), ints(dilation, 2), groups),
                    added, around);
  });
}
