// Neural-network layers and losses.
#include "Bridge.h"

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/huber_loss.h>
#include <ATen/ops/l1_loss.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/smooth_l1_loss.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>

using namespace ctorch;

CTTensorRef ct_layer_norm(CTTensorRef x, const ptrdiff_t *shape, size_t rank, CTTensorRef weight, CTTensorRef bias,
                          double eps, CTError *error) {
  return made(error, [&] {
    return at::layer_norm(Borrowed(x), ints(shape, rank), optionalTensor(weight), optionalTensor(bias), eps);
  });
}

CTTensorRef ct_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, CTTensorRef mask, bool causal, double scale,
                         CTError *error) {
  return made(error, [&] {
    return at::scaled_dot_product_attention(Borrowed(q), Borrowed(k), Borrowed(v), optionalTensor(mask), 0.0, causal,
                                            scale == 0 ? std::nullopt : std::optional<double>(scale));
  });
}

CTTensorRef ct_embedding(CTTensorRef weight, CTTensorRef ids, CTError *error) {
  return made(error, [&] { return at::embedding(Borrowed(weight), Borrowed(ids)); });
}

CTTensorRef ct_dropout(CTTensorRef x, double probability, CTError *error) {
  return made(error, [&] { return at::dropout(Borrowed(x), probability, /*train=*/true); });
}

CTTensorRef ct_pad(CTTensorRef x, const ptrdiff_t *amounts, size_t count, double value, CTError *error) {
  return made(error, [&] {
    Borrowed t(x);
    return at::constant_pad_nd(t, ints(amounts, count), scalarFor(t, value));
  });
}

CTTensorRef ct_avg_pool2d(CTTensorRef x, const ptrdiff_t *kernel, const ptrdiff_t *stride, CTError *error) {
  return made(error, [&] { return at::avg_pool2d(Borrowed(x), ints(kernel, 2), ints(stride, 2)); });
}

CTTensorRef ct_interpolate(CTTensorRef x, ptrdiff_t height, ptrdiff_t width, enum CTInterpolation mode,
                           CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed t(x);
    const int64_t sizes[] = {height, width};
    at::IntArrayRef size(sizes, 2);
    switch (mode) {
      case CTNearest: return at::upsample_nearest2d(*t, size);
      case CTBilinear: return at::upsample_bilinear2d(*t, size, /*align_corners=*/false);
      case CTBilinearAntialias: return at::_upsample_bilinear2d_aa(*t, size, /*align_corners=*/false);
      case CTBicubic: return at::upsample_bicubic2d(*t, size, /*align_corners=*/false);
      case CTBicubicAntialias: return at::_upsample_bicubic2d_aa(*t, size, /*align_corners=*/false);
    }
    TORCH_CHECK(false, "no interpolation has the number ", static_cast<int>(mode));
  });
}

CTTensorRef ct_loss(enum CTLoss loss, CTTensorRef x, CTTensorRef target, enum CTLossReduction reduction,
                    double parameter, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed a(x), b(target);
    // Broadcasting here is nearly always a mistake (a [B] target against a [B, 1] prediction), so it is refused.
    TORCH_CHECK(a->sizes() == b->sizes(), "a loss needs equal shapes, not ", a->sizes(), " and ", b->sizes());
    int64_t kind = reduction;
    switch (loss) {
      case CTMSELoss: return at::mse_loss(a, b, kind);
      case CTL1Loss: return at::l1_loss(a, b, kind);
      case CTHuberLoss: return at::huber_loss(a, b, kind, parameter);
      case CTSmoothL1Loss: return at::smooth_l1_loss(a, b, kind, parameter);
    }
    TORCH_CHECK(false, "no loss has the number ", static_cast<int>(loss));
  });
}

CTTensorRef ct_cross_entropy(CTTensorRef logits, CTTensorRef target, enum CTLossReduction reduction,
                             double label_smoothing, CTError *error) {
  return made(error, [&] {
    return at::cross_entropy_loss(Borrowed(logits), Borrowed(target), {}, reduction, /*ignore_index=*/-100,
                                  label_smoothing);
  });
}
