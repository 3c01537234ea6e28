// AdamW over moments of 8 bits an element (Dettmers et al., arXiv 2110.02861).
#include "Bridge.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/bucketize.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

using namespace ctorch;

namespace {

constexpr int64_t blockSize = 256;
/// Blocks that are worked on at once: what is float32 for the moment stays within some 100 MB however large the LoRA.
constexpr int64_t blocksAtOnce = 16384;

/// Dynamic tree quantisation: in each of seven decades twice as many numbers as in the one below, evenly spread.
std::vector<float> codebook(bool hasSign) {
  std::vector<float> values = {0, 1};
  for (int decade = 0; decade < 7; ++decade) {
    int64_t steps = int64_t(1) << (decade + (hasSign ? 0 : 1));
    at::Tensor edges = at::linspace(0.1, 1, steps + 1, at::kFloat);
    const float *edge = edges.const_data_ptr<float>();
    double size = std::pow(10.0, decade - 6);
    for (int64_t i = 0; i < steps; ++i) {
      float middle = static_cast<float>(size) * ((edge[i] + edge[i + 1]) / 2.0f);
      values.push_back(middle);
      if (hasSign) values.push_back(-middle);
    }
  }
  std::sort(values.begin(), values.end());
  return values;
}

/// The numbers that codes stand for and the borders between them, on a device.
struct Codebook {
  at::Tensor values, borders;

  Codebook(bool hasSign, at::Device device) {
    at::Tensor all = at::tensor(codebook(hasSign));
    values = all.to(device);
    borders = ((all.slice(0, 1) + all.slice(0, 0, -1)) / 2).to(device);
  }

  at::Tensor decode(const at::Tensor &codes, const at::Tensor &scales) const {
    return values.index_select(0, codes.reshape(-1).to(at::kInt)).view(codes.sizes()) * scales.unsqueeze(1);
  }

  /// `keepsFromZero`: what is not zero is not rounded to zero.
  std::pair<at::Tensor, at::Tensor> encode(const at::Tensor &numbers, bool keepsFromZero) const {
    at::Tensor scales = numbers.abs().amax(1);
    // A block of zeros has no scale to divide by.
    at::Tensor relative = numbers / scales.unsqueeze(1).clamp_min(1e-38);
    at::Tensor codes = at::bucketize(relative, borders, /*out_int32=*/true);
    // A square that is rounded to zero leaves the average beside it divided by next to nothing.
    if (keepsFromZero) codes = at::maximum(codes, (numbers > 0).to(at::kInt));
    return {codes.to(at::kByte), scales};
  }
};

/// Lists of tensors that go through a step together.
struct Batch {
  std::vector<at::Tensor> parameters, gradients, averageCodes, averageScales, squareCodes, squareScales;
  std::vector<int64_t> blocks;
  int64_t total = 0;
};

struct Settings {
  int64_t step;
  double learningRate, beta1, beta2, weightDecay, epsilon;
};

/// All gradients below each other, each filled up to whole blocks.
at::Tensor inBlocks(const std::vector<at::Tensor> &gradients) {
  std::vector<at::Tensor> pieces;
  for (const at::Tensor &gradient : gradients) {
    pieces.push_back(gradient.reshape(-1).to(at::kFloat));
    int64_t rest = gradient.numel() % blockSize;
    if (rest != 0) pieces.push_back(at::zeros({blockSize - rest}, pieces.back().options()));
  }
  return at::cat(pieces).view({-1, blockSize});
}

void store(const std::vector<at::Tensor> &targets, const at::Tensor &joined, const std::vector<int64_t> &blocks) {
  at::_foreach_copy_(targets, joined.split_with_sizes(blocks));
}

void move(const Batch &batch, const Settings &settings, const Codebook &plain, const Codebook &positive) {
  at::Tensor gradient = inBlocks(batch.gradients);
  at::Tensor average = plain.decode(at::cat(batch.averageCodes), at::cat(batch.averageScales));
  at::Tensor square = positive.decode(at::cat(batch.squareCodes), at::cat(batch.squareScales));
  average.mul_(settings.beta1).add_(gradient, 1 - settings.beta1);
  square.mul_(settings.beta2).addcmul_(gradient, gradient, 1 - settings.beta2);

  auto [averageCodes, averageScales] = plain.encode(average, false);
  store(batch.averageCodes, averageCodes, batch.blocks);
  store(batch.averageScales, averageScales, batch.blocks);
  auto [squareCodes, squareScales] = positive.encode(square, true);
  store(batch.squareCodes, squareCodes, batch.blocks);
  store(batch.squareScales, squareScales, batch.blocks);

  // From the moments before they were rounded.
  double correction1 = 1 - std::pow(settings.beta1, settings.step);
  double correction2 = std::sqrt(1 - std::pow(settings.beta2, settings.step));
  at::Tensor update = average.div_(square.sqrt_().div_(correction2).add_(settings.epsilon));
  std::vector<at::Tensor> rows = update.split_with_sizes(batch.blocks);
  std::vector<at::Tensor> updates;
  for (size_t i = 0; i < rows.size(); ++i) {
    const at::Tensor &parameter = batch.parameters[i];
    updates.push_back(
        rows[i].reshape(-1).narrow(0, 0, parameter.numel()).view(parameter.sizes()).to(parameter.scalar_type()));
  }
  if (settings.weightDecay != 0) {
    at::_foreach_mul_(batch.parameters, at::Scalar(1 - settings.learningRate * settings.weightDecay));
  }
  at::_foreach_add_(batch.parameters, updates, -settings.learningRate / correction1);
}

}  // namespace

CTTensorRef ct_dynamic_codebook(bool has_sign, CTError *error) {
  return made(error, [&] { return at::tensor(codebook(has_sign)); });
}

void ct_adamw_8bit_step(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *average_codes,
                        const CTTensorRef *average_scales, const CTTensorRef *square_codes,
                        const CTTensorRef *square_scales, size_t count, int64_t step, double learning_rate,
                        double beta1, double beta2, double weight_decay, double epsilon, CTError *error) {
  guarded(error, [&] {
    if (count == 0) return;
    c10::NoGradGuard noGrad;
    Settings settings{step, learning_rate, beta1, beta2, weight_decay, epsilon};
    at::Device device = Borrowed(parameters[0])->device();
    Codebook plain(true, device), positive(false, device);
    Batch batch;
    for (size_t i = 0; i < count; ++i) {
      batch.parameters.push_back(*Borrowed(parameters[i]));
      batch.gradients.push_back(*Borrowed(gradients[i]));
      batch.averageCodes.push_back(*Borrowed(average_codes[i]));
      batch.averageScales.push_back(*Borrowed(average_scales[i]));
      batch.squareCodes.push_back(*Borrowed(square_codes[i]));
      batch.squareScales.push_back(*Borrowed(square_scales[i]));
      batch.blocks.push_back(batch.averageScales.back().size(0));
      batch.total += batch.blocks.back();
      if (batch.total < blocksAtOnce && i + 1 < count) continue;
      move(batch, settings, plain, positive);
      batch = Batch();
    }
  });
}
