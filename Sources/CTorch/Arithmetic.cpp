// Elementwise arithmetic, matrix products and reductions.
#include "Bridge.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/all.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/any.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/argmin.h>
#include <ATen/ops/ceil.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/cumprod.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/div.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/erf.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/ge.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/le.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/quantile.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/round.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/rsub.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/std.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/where.h>

#include <cmath>

using namespace ctorch;

CTTensorRef ct_unary(enum CTUnary op, CTTensorRef handle, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed t(handle);
    switch (op) {
      case CTNegate: return at::neg(t);
      case CTAbs: return at::abs(t);
      case CTSqrt: return at::sqrt(t);
      case CTRsqrt: return at::rsqrt(t);
      case CTExp: return at::exp(t);
      case CTExpm1: return at::expm1(t);
      case CTLog: return at::log(t);
      case CTSin: return at::sin(t);
      case CTCos: return at::cos(t);
      case CTTanh: return at::tanh(t);
      case CTSigmoid: return at::sigmoid(t);
      case CTRound: return at::round(t);
      case CTFloor: return at::floor(t);
      case CTCeil: return at::ceil(t);
      case CTSign: return at::sign(t);
      case CTReciprocal: return at::reciprocal(t);
      case CTErf: return at::erf(t);
      case CTIsFinite: return at::isfinite(t);
      case CTLogicalNot: return at::logical_not(t);
      case CTRelu: return at::relu(t);
      case CTSilu: return at::silu(t);
      case CTGelu: return at::gelu(t);
      case CTGeluTanh: return at::gelu(t, "tanh");
    }
    TORCH_CHECK(false, "no unary operation has the number ", static_cast<int>(op));
  });
}

CTTensorRef ct_binary(enum CTBinary op, CTTensorRef left, CTTensorRef right, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed a(left), b(right);
    switch (op) {
      case CTAdd: return at::add(*a, *b);
      case CTSubtract: return at::sub(*a, *b);
      case CTMultiply: return at::mul(*a, *b);
      case CTDivide: return at::div(*a, *b);
      case CTPower: return at::pow(*a, *b);
      case CTMinimum: return at::minimum(a, b);
      case CTMaximum: return at::maximum(a, b);
      case CTEqual: return at::eq(*a, *b);
      case CTNotEqual: return at::ne(*a, *b);
      case CTLess: return at::lt(*a, *b);
      case CTLessEqual: return at::le(*a, *b);
      case CTGreater: return at::gt(*a, *b);
      case CTGreaterEqual: return at::ge(*a, *b);
      case CTMatmul: return at::matmul(a, b);
      case CTLogicalAnd: return at::logical_and(a, b);
      case CTLogicalOr: return at::logical_or(a, b);
    }
    TORCH_CHECK(false, "no binary operation has the number ", static_cast<int>(op));
  });
}

CTTensorRef ct_binary_scalar(enum CTBinary op, CTTensorRef left, double right, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed a(left);
    at::Scalar b = scalarFor(a, right);
    switch (op) {
      case CTAdd: return at::add(*a, b);
      case CTSubtract: return at::sub(*a, b);
      case CTMultiply: return at::mul(*a, b);
      case CTDivide: return at::div(*a, b);
      case CTPower: return at::pow(*a, b);
      case CTMinimum: return at::clamp(*a, std::nullopt, std::optional<at::Scalar>(b));
      case CTMaximum: return at::clamp(*a, std::optional<at::Scalar>(b));
      case CTEqual: return at::eq(*a, b);
      case CTNotEqual: return at::ne(*a, b);
      case CTLess: return at::lt(*a, b);
      case CTLessEqual: return at::le(*a, b);
      case CTGreater: return at::gt(*a, b);
      case CTGreaterEqual: return at::ge(*a, b);
      case CTMatmul: case CTLogicalAnd: case CTLogicalOr: break;
    }
    TORCH_CHECK(false, "operation ", static_cast<int>(op), " does not take a number");
  });
}

CTTensorRef ct_scalar_binary(enum CTBinary op, double left, CTTensorRef right, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed b(right);
    at::Scalar a = scalarFor(b, left);
    switch (op) {
      case CTSubtract: return at::rsub(*b, a);
      case CTDivide: return at::mul(at::reciprocal(b), a);
      case CTPower: return at::pow(a, *b);
      default: break;
    }
    TORCH_CHECK(false, "operation ", static_cast<int>(op), " does not take a number on the left");
  });
}

CTTensorRef ct_clamp(CTTensorRef t, double min, double max, CTError *error) {
  return made(error, [&] {
    Borrowed b(t);
    auto bound = [&](double value) {
      return std::isnan(value) ? std::nullopt : std::optional<at::Scalar>(scalarFor(b, value));
    };
    return at::clamp(*b, bound(min), bound(max));
  });
}

CTTensorRef ct_where(CTTensorRef condition, CTTensorRef a, CTTensorRef b, CTError *error) {
  return made(error, [&] { return at::where(*Borrowed(condition), *Borrowed(a), *Borrowed(b)); });
}

CTTensorRef ct_lerp(CTTensorRef start, CTTensorRef end, double weight, CTError *error) {
  return made(error, [&] { return at::lerp(*Borrowed(start), *Borrowed(end), at::Scalar(weight)); });
}

CTTensorRef ct_addmm(CTTensorRef bias, CTTensorRef a, CTTensorRef b, double beta, double alpha, CTError *error) {
  return made(error, [&] { return at::addmm(*Borrowed(bias), *Borrowed(a), *Borrowed(b), beta, alpha); });
}

CTTensorRef ct_reduce(enum CTReduction op, CTTensorRef handle, const ptrdiff_t *dims, size_t rank, bool keep,
                      CTError *error) {
  return made(error, [&]() -> at::Tensor {
    Borrowed t(handle);
    at::IntArrayRef list = ints(dims, rank);
    at::OptionalIntArrayRef some = rank == 0 ? at::OptionalIntArrayRef() : at::OptionalIntArrayRef(list);
    auto optionalDim = [&]() -> std::optional<int64_t> {
      TORCH_CHECK(rank <= 1, "this reduction takes one dimension, not ", list);
      return rank == 0 ? std::nullopt : std::optional<int64_t>(list[0]);
    };
    auto dim = [&]() -> int64_t {
      TORCH_CHECK(rank == 1, "this operation takes exactly one dimension, not ", list);
      return list[0];
    };
    switch (op) {
      case CTSum: return at::sum(*t, some, keep);
      case CTMean: return at::mean(*t, some, keep);
      case CTAmax: return at::amax(t, list, keep);
      case CTAmin: return at::amin(t, list, keep);
      case CTStd: return at::std(*t, some, std::optional<at::Scalar>(1), keep);
      case CTNorm: return at::linalg_vector_norm(t, 2, some, keep);
      case CTAll: return optionalDim() ? at::all(*t, dim(), keep) : at::all(*t);
      case CTAny: return optionalDim() ? at::any(*t, dim(), keep) : at::any(*t);
      case CTArgmax: return at::argmax(t, optionalDim(), keep);
      case CTArgmin: return at::argmin(t, optionalDim(), keep);
      case CTCumsum: return at::cumsum(*t, dim());
      case CTCumprod: return at::cumprod(*t, dim());
      case CTSoftmax: return at::softmax(*t, dim());
      case CTLogSoftmax: return at::log_softmax(*t, dim());
    }
    TORCH_CHECK(false, "no reduction has the number ", static_cast<int>(op));
  });
}

CTTensorRef ct_quantile(CTTensorRef t, double q, ptrdiff_t dim, bool keep, CTError *error) {
  return made(error, [&] { return at::quantile(*Borrowed(t), q, std::optional<int64_t>(dim), keep); });
}
