/// A pure C view of libtorch: tensors, the operations diffusion models need, autograd, random numbers, AdamW.
///
/// One style throughout:
/// - A `CTTensorRef` owns one count of one tensor. Functions borrow the handles they are given; every handle they
///   return belongs to the caller, who hands it back once with `ct_tensor_release`.
/// - Every function that can fail takes `CTError *error` last. It leaves the error alone on success; on failure it
///   fills code and message, and returns NULL, 0 or nothing. No C++ exception crosses this header.
/// - A NULL handle stands for an absent optional argument (a bias, a mask).
/// - A device is -1 for the CPU, n >= 0 for the n-th CUDA device. Negative dimensions count from the end.
///
/// The library builds alone, against any libtorch from 2.11 on: `build.sh` beside this folder.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CT_EXPORT __attribute__((visibility("default")))

typedef struct CTTensor *CTTensorRef;
typedef struct CTGenerator *CTGeneratorRef;

/// The element types, numbered as c10::ScalarType numbers them.
enum CTDType {
  CTUInt8 = 0, CTInt32 = 3, CTInt64 = 4, CTFloat16 = 5, CTFloat32 = 6, CTFloat64 = 7, CTBool = 11, CTBFloat16 = 15
};

// MARK: Errors

enum CTErrorCode { CTErrorNone = 0, CTErrorOutOfMemory = 1, CTErrorInvalidArgument = 2, CTErrorInternal = 3 };

/// `message` is a C string owned by the error, absent while `code` is CTErrorNone.
typedef struct { int32_t code; char *message; } CTError;

CT_EXPORT void ct_error_free(CTError *error);

// MARK: The process

CT_EXPORT void ct_set_threads(int32_t count, CTError *error);
CT_EXPORT int32_t ct_threads(void);
CT_EXPORT void ct_manual_seed(uint64_t seed, CTError *error);
CT_EXPORT void ct_set_deterministic(bool deterministic, CTError *error);
CT_EXPORT void ct_set_fast_float32(bool fast, CTError *error);
CT_EXPORT int32_t ct_cuda_device_count(void);
CT_EXPORT void ct_cuda_synchronize(int32_t device, CTError *error);
CT_EXPORT void ct_cuda_empty_cache(CTError *error);
CT_EXPORT void ct_cuda_reset_peak_memory(int32_t device, CTError *error);
CT_EXPORT uint64_t ct_cuda_peak_memory(int32_t device, CTError *error);
/// What a device has, and what of it no program holds at present, in bytes.
CT_EXPORT void ct_cuda_memory(int32_t device, uint64_t *free, uint64_t *total, CTError *error);
/// Gives what malloc holds and nobody uses back to the system, where that can be asked of it.
CT_EXPORT void ct_release_unused_memory(void);
/// libtorch's version this library was compiled against, "2.15.0".
CT_EXPORT const char *ct_version(void);
/// How many handles are out: given to callers and not released yet.
CT_EXPORT int64_t ct_live_handles(void);

/// Meters what tensors on the CPU take, from here to the end on the same thread.
CT_EXPORT void *ct_allocations_begin(CTError *error);
/// The most bytes at once since the beginning, beside what was there before.
CT_EXPORT int64_t ct_allocations_end(void *scope);

// MARK: A tensor's life and its bytes

CT_EXPORT void ct_tensor_release(CTTensorRef tensor);
CT_EXPORT CTTensorRef ct_full(const ptrdiff_t *shape, size_t rank, double value, int32_t dtype, int32_t device,
                              CTError *error);
CT_EXPORT CTTensorRef ct_empty(const ptrdiff_t *shape, size_t rank, int32_t dtype, int32_t device, CTError *error);
CT_EXPORT CTTensorRef ct_arange(double start, double end, double step, int32_t dtype, int32_t device,
                                CTError *error);
CT_EXPORT CTTensorRef ct_linspace(double start, double end, ptrdiff_t steps, int32_t dtype, int32_t device,
                                  CTError *error);
/// Copies `byte_count` bytes, which must be exactly what shape and dtype need, into a new CPU tensor.
CT_EXPORT CTTensorRef ct_from_bytes(const void *bytes, size_t byte_count, const ptrdiff_t *shape, size_t rank,
                                    int32_t dtype, CTError *error);
/// Maps memory without a copy. `release(context)` runs exactly once: when the last tensor that shares the memory
/// goes, or before this returns when it fails. `byte_count` must be exactly what shape and dtype need.
CT_EXPORT CTTensorRef ct_from_mapping(const void *bytes, size_t byte_count, const ptrdiff_t *shape, size_t rank,
                                      int32_t dtype, void *context, void (*release)(void *), CTError *error);
/// Copies the tensor's elements, row-major, as `dtype`, from any device. `byte_count` must fit exactly.
CT_EXPORT void ct_read(CTTensorRef tensor, int32_t dtype, void *bytes, size_t byte_count, CTError *error);
CT_EXPORT double ct_item(CTTensorRef tensor, CTError *error);

CT_EXPORT ptrdiff_t ct_rank(CTTensorRef tensor);
CT_EXPORT ptrdiff_t ct_size(CTTensorRef tensor, ptrdiff_t dim);
CT_EXPORT ptrdiff_t ct_count(CTTensorRef tensor);
CT_EXPORT int32_t ct_dtype(CTTensorRef tensor);
CT_EXPORT int32_t ct_device(CTTensorRef tensor);
CT_EXPORT bool ct_is_contiguous(CTTensorRef tensor);

CT_EXPORT CTTensorRef ct_to(CTTensorRef tensor, int32_t dtype, int32_t device, CTError *error);
CT_EXPORT CTTensorRef ct_clone(CTTensorRef tensor, CTError *error);
CT_EXPORT CTTensorRef ct_detach(CTTensorRef tensor, CTError *error);
CT_EXPORT CTTensorRef ct_contiguous(CTTensorRef tensor, CTError *error);
CT_EXPORT CTTensorRef ct_channels_last(CTTensorRef tensor, CTError *error);

// MARK: Views and rearrangements

CT_EXPORT CTTensorRef ct_reshape(CTTensorRef t, const ptrdiff_t *shape, size_t rank, CTError *error);
CT_EXPORT CTTensorRef ct_flatten(CTTensorRef t, ptrdiff_t first, ptrdiff_t last, CTError *error);
CT_EXPORT CTTensorRef ct_transpose(CTTensorRef t, ptrdiff_t a, ptrdiff_t b, CTError *error);
CT_EXPORT CTTensorRef ct_permute(CTTensorRef t, const ptrdiff_t *dims, size_t rank, CTError *error);
CT_EXPORT CTTensorRef ct_squeeze(CTTensorRef t, ptrdiff_t dim, CTError *error);
CT_EXPORT CTTensorRef ct_unsqueeze(CTTensorRef t, ptrdiff_t dim, CTError *error);
CT_EXPORT CTTensorRef ct_expand(CTTensorRef t, const ptrdiff_t *shape, size_t rank, CTError *error);
CT_EXPORT CTTensorRef ct_narrow(CTTensorRef t, ptrdiff_t dim, ptrdiff_t start, ptrdiff_t length, CTError *error);
CT_EXPORT CTTensorRef ct_select(CTTensorRef t, ptrdiff_t dim, ptrdiff_t index, CTError *error);
/// Writes `count` handles to `out`. The sizes must add up to the dimension.
CT_EXPORT void ct_split(CTTensorRef t, const ptrdiff_t *sizes, size_t count, ptrdiff_t dim, CTTensorRef *out,
                        CTError *error);
CT_EXPORT CTTensorRef ct_index_select(CTTensorRef t, ptrdiff_t dim, CTTensorRef index, CTError *error);
CT_EXPORT CTTensorRef ct_gather(CTTensorRef t, ptrdiff_t dim, CTTensorRef index, CTError *error);
CT_EXPORT CTTensorRef ct_cat(const CTTensorRef *tensors, size_t count, ptrdiff_t dim, CTError *error);
CT_EXPORT CTTensorRef ct_stack(const CTTensorRef *tensors, size_t count, ptrdiff_t dim, CTError *error);
CT_EXPORT CTTensorRef ct_repeat(CTTensorRef t, const ptrdiff_t *repeats, size_t rank, CTError *error);
CT_EXPORT CTTensorRef ct_repeat_interleave(CTTensorRef t, ptrdiff_t repeats, ptrdiff_t dim, CTError *error);
CT_EXPORT CTTensorRef ct_flip(CTTensorRef t, const ptrdiff_t *dims, size_t rank, CTError *error);
CT_EXPORT CTTensorRef ct_triu(CTTensorRef t, ptrdiff_t diagonal, CTError *error);
CT_EXPORT CTTensorRef ct_sort(CTTensorRef t, ptrdiff_t dim, bool descending, CTError *error);

// MARK: Elementwise arithmetic

enum CTUnary {
  CTNegate, CTAbs, CTSqrt, CTRsqrt, CTExp, CTExpm1, CTLog, CTSin, CTCos, CTTanh, CTSigmoid, CTRound, CTFloor,
  CTCeil, CTSign, CTReciprocal, CTErf, CTIsFinite, CTLogicalNot, CTRelu, CTSilu, CTGelu, CTGeluTanh
};
enum CTBinary {
  CTAdd, CTSubtract, CTMultiply, CTDivide, CTPower, CTMinimum, CTMaximum, CTEqual, CTNotEqual, CTLess, CTLessEqual,
  CTGreater, CTGreaterEqual, CTMatmul, CTLogicalAnd, CTLogicalOr
};

CT_EXPORT CTTensorRef ct_unary(enum CTUnary op, CTTensorRef t, CTError *error);
CT_EXPORT CTTensorRef ct_binary(enum CTBinary op, CTTensorRef a, CTTensorRef b, CTError *error);
/// A whole number beside an integer tensor stays an integer, as a Python int does.
CT_EXPORT CTTensorRef ct_binary_scalar(enum CTBinary op, CTTensorRef a, double b, CTError *error);
/// The number on the left: b - t, b / t, b ** t.
CT_EXPORT CTTensorRef ct_scalar_binary(enum CTBinary op, double b, CTTensorRef t, CTError *error);
/// A bound that is NaN is absent.
CT_EXPORT CTTensorRef ct_clamp(CTTensorRef t, double min, double max, CTError *error);
CT_EXPORT CTTensorRef ct_where(CTTensorRef condition, CTTensorRef a, CTTensorRef b, CTError *error);
CT_EXPORT CTTensorRef ct_lerp(CTTensorRef start, CTTensorRef end, double weight, CTError *error);
/// beta * bias + alpha * (a @ b)
CT_EXPORT CTTensorRef ct_addmm(CTTensorRef bias, CTTensorRef a, CTTensorRef b, double beta, double alpha,
                               CTError *error);

// MARK: Reductions

enum CTReduction {
  CTSum, CTMean, CTAmax, CTAmin, CTStd, CTNorm, CTAll, CTAny, CTArgmax, CTArgmin, CTCumsum, CTCumprod, CTSoftmax,
  CTLogSoftmax
};

/// Over `dims`, or over everything when `rank` is 0. Arg…, Cum…, All, Any and …Softmax take at most one dimension;
/// Cum… and …Softmax need one and keep the shape.
CT_EXPORT CTTensorRef ct_reduce(enum CTReduction op, CTTensorRef t, const ptrdiff_t *dims, size_t rank, bool keep,
                                CTError *error);
/// Linear interpolation between order statistics, over one dimension.
CT_EXPORT CTTensorRef ct_quantile(CTTensorRef t, double q, ptrdiff_t dim, bool keep, CTError *error);

// MARK: In place

CT_EXPORT void ct_copy_in_place(CTTensorRef t, CTTensorRef source, CTError *error);
CT_EXPORT void ct_fill_in_place(CTTensorRef t, double value, CTError *error);
CT_EXPORT void ct_add_in_place(CTTensorRef t, CTTensorRef other, double alpha, CTError *error);
CT_EXPORT void ct_add_scalar_in_place(CTTensorRef t, double value, CTError *error);
CT_EXPORT void ct_mul_in_place(CTTensorRef t, CTTensorRef other, CTError *error);
CT_EXPORT void ct_mul_scalar_in_place(CTTensorRef t, double value, CTError *error);
CT_EXPORT void ct_clamp_in_place(CTTensorRef t, double min, double max, CTError *error);
CT_EXPORT void ct_lerp_in_place(CTTensorRef t, CTTensorRef end, double weight, CTError *error);
/// t += value * a * b
CT_EXPORT void ct_addcmul_in_place(CTTensorRef t, CTTensorRef a, CTTensorRef b, double value, CTError *error);
/// Each tensor moves towards its partner: t += weight * (end - t). For averages of weights.
CT_EXPORT void ct_lerp_all_in_place(const CTTensorRef *tensors, const CTTensorRef *ends, size_t count, double weight,
                                    CTError *error);

// MARK: Layers

/// `residual`, shaped like the result, is added to it; or null.
CT_EXPORT CTTensorRef ct_linear(CTTensorRef x, CTTensorRef weight, CTTensorRef bias, CTTensorRef residual,
                                CTError *error);
/// A frozen linear layer and its low-rank update, all of one element type.
typedef struct {
  /// [out, in] and [out] or null.
  CTTensorRef weight, bias;
  /// [rank, in] and [out, rank].
  CTTensorRef down, up;
  double scale;
} CTLowRankLayer;
/// ct_linear plus scale * (x @ down^T) @ up^T for each of at least one layer of the same x. `results` has room for as
/// many tensors; nothing is written there when there is an error. A residual, or null, is for one layer alone.
CT_EXPORT void ct_low_rank_linears(CTTensorRef x, const CTLowRankLayer *layers, size_t count, CTTensorRef residual,
                                   CTTensorRef *results, CTError *error);
/// `stride`, `padding`, `dilation` hold two numbers each: height, width.
/// `per_image` [N, out] is added to every pixel of an image, `residual` to the result, which has its shape; both may be
/// NULL.
CT_EXPORT CTTensorRef ct_conv2d(CTTensorRef x, CTTensorRef weight, CTTensorRef bias, CTTensorRef per_image,
                                CTTensorRef residual, const ptrdiff_t *stride, const ptrdiff_t *padding,
                                const ptrdiff_t *dilation, ptrdiff_t groups, CTError *error);
/// `silu` says whether SiLU follows.
CT_EXPORT CTTensorRef ct_group_norm(CTTensorRef x, ptrdiff_t groups, CTTensorRef weight, CTTensorRef bias, double eps,
                                    bool silu, CTError *error);
/// The first half of the last dimension times GELU of its second half.
CT_EXPORT CTTensorRef ct_gated_gelu(CTTensorRef x, CTError *error);
CT_EXPORT CTTensorRef ct_layer_norm(CTTensorRef x, const ptrdiff_t *shape, size_t rank, CTTensorRef weight,
                                    CTTensorRef bias, double eps, CTError *error);
/// Of all tokens to all tokens, where every token has its heads next to each other: q [batch, tokens, heads * width], k
/// and v [batch, others, heads * width]; the result is shaped like q.
CT_EXPORT CTTensorRef ct_head_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, ptrdiff_t heads, CTError *error);
/// A scale of 0 is the usual 1 / sqrt(width).
CT_EXPORT CTTensorRef ct_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, CTTensorRef mask, bool causal,
                                   double scale, CTError *error);
CT_EXPORT CTTensorRef ct_embedding(CTTensorRef weight, CTTensorRef ids, CTError *error);
CT_EXPORT CTTensorRef ct_dropout(CTTensorRef x, double probability, CTError *error);
CT_EXPORT CTTensorRef ct_pad(CTTensorRef x, const ptrdiff_t *amounts, size_t count, double value, CTError *error);
CT_EXPORT CTTensorRef ct_avg_pool2d(CTTensorRef x, const ptrdiff_t *kernel, const ptrdiff_t *stride, CTError *error);

enum CTInterpolation { CTNearest, CTBilinear, CTBilinearAntialias, CTBicubic, CTBicubicAntialias };
CT_EXPORT CTTensorRef ct_interpolate(CTTensorRef x, ptrdiff_t height, ptrdiff_t width, enum CTInterpolation mode,
                                     CTError *error);

enum CTLoss { CTMSELoss, CTL1Loss, CTHuberLoss, CTSmoothL1Loss };
enum CTLossReduction { CTLossNone = 0, CTLossMean = 1, CTLossSum = 2 };
/// `parameter` is Huber's delta and smooth L1's beta.
CT_EXPORT CTTensorRef ct_loss(enum CTLoss loss, CTTensorRef x, CTTensorRef target, enum CTLossReduction reduction,
                              double parameter, CTError *error);
CT_EXPORT CTTensorRef ct_cross_entropy(CTTensorRef logits, CTTensorRef target, enum CTLossReduction reduction,
                                       double label_smoothing, CTError *error);

// MARK: Autograd

CT_EXPORT bool ct_requires_grad(CTTensorRef t);
CT_EXPORT void ct_set_requires_grad(CTTensorRef t, bool requires_grad, CTError *error);
CT_EXPORT bool ct_is_leaf(CTTensorRef t);
/// The accumulated gradient, or NULL when there is none.
CT_EXPORT CTTensorRef ct_grad(CTTensorRef t);
/// A NULL gradient clears it.
CT_EXPORT void ct_set_grad(CTTensorRef t, CTTensorRef grad, CTError *error);
CT_EXPORT void ct_backward(CTTensorRef t, CTTensorRef gradient, bool retain_graph, CTError *error);
/// Gradients of `outputs` with respect to `inputs`, without touching any `.grad`. NULL in `gradients` stands for
/// ones; NULL in `out` says that an input took no part.
CT_EXPORT void ct_gradients(const CTTensorRef *outputs, const CTTensorRef *gradients, size_t output_count,
                            const CTTensorRef *inputs, size_t input_count, bool retain_graph, CTTensorRef *out,
                            CTError *error);
/// Computes a tensor from inputs that are the callee's to release, and gives it to the caller; on failure fills the
/// error and returns NULL.
typedef CTTensorRef (*CTComputation)(void *context, const CTTensorRef *inputs, size_t count, CTError *error);
/// What `compute` gives for the inputs, without keeping its graph: on the way back it is called again, on whatever
/// thread goes that way. Leaves that it uses get their gradients too. `free(context)` runs once, when neither is needed
/// any more, also when this fails.
CT_EXPORT CTTensorRef ct_recomputed(const CTTensorRef *inputs, size_t count, CTComputation compute,
                                    void (*free)(void *), void *context, CTError *error);
CT_EXPORT bool ct_grad_enabled(void);
/// Fills an error with a copy of the message.
CT_EXPORT void ct_error_set(CTError *error, int32_t code, const char *message);
/// Another count of the same tensor.
CT_EXPORT CTTensorRef ct_tensor_retain(CTTensorRef tensor);
/// Sets the calling thread's grad mode and returns the one before.
CT_EXPORT bool ct_exchange_grad_mode(bool enabled);
/// Inference mode of the calling thread lasts until the guard is ended, on the same thread, innermost first.
CT_EXPORT void *ct_inference_begin(CTError *error);
CT_EXPORT void ct_inference_end(void *guard);

// MARK: Profiling

/// Counts every operation of the process, by name, until `ct_profile_end` gives the counts out: calls, and the calling
/// threads' processor time without that of operations inside.
CT_EXPORT void ct_profile_begin(CTError *error);
CT_EXPORT void ct_profile_end(void *context,
                              void (*body)(void *context, const char *name, int64_t calls, double seconds));

// MARK: Random numbers

CT_EXPORT CTGeneratorRef ct_generator(uint64_t seed, int32_t device, CTError *error);
CT_EXPORT void ct_generator_release(CTGeneratorRef generator);
CT_EXPORT void ct_generator_seed(CTGeneratorRef generator, uint64_t seed, CTError *error);
CT_EXPORT CTTensorRef ct_generator_state(CTGeneratorRef generator, CTError *error);
CT_EXPORT void ct_generator_set_state(CTGeneratorRef generator, CTTensorRef state, CTError *error);

enum CTDistribution { CTNormal, CTUniform };
/// A NULL generator is the process-wide one of the device.
CT_EXPORT CTTensorRef ct_random(enum CTDistribution distribution, const ptrdiff_t *shape, size_t rank,
                                CTGeneratorRef generator, int32_t dtype, int32_t device, CTError *error);
/// Whole numbers in low ..< high, int64.
CT_EXPORT CTTensorRef ct_randint(ptrdiff_t low, ptrdiff_t high, const ptrdiff_t *shape, size_t rank,
                                 CTGeneratorRef generator, int32_t device, CTError *error);
CT_EXPORT CTTensorRef ct_randperm(ptrdiff_t count, CTGeneratorRef generator, int32_t device, CTError *error);

// MARK: Optimisation

/// One fused AdamW step over `count` parameters. `steps` are float32 scalars that already hold this step's number.
CT_EXPORT void ct_adamw_step(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *averages,
                             const CTTensorRef *square_averages, const CTTensorRef *steps, size_t count,
                             double learning_rate, double beta1, double beta2, double weight_decay, double epsilon,
                             CTError *error);
/// One Lion step over `count` parameters.
CT_EXPORT void ct_lion_step(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *averages,
                            size_t count, double learning_rate, double beta1, double beta2, double weight_decay,
                            CTError *error);
/// The first half of a Prodigy step: gathers the gradients into the moments and into `sums` (with `sum_weight`), and
/// writes how far they point back to `starts` and the 1-norm of all sums.
CT_EXPORT void ct_prodigy_gather(const CTTensorRef *parameters, const CTTensorRef *gradients,
                                 const CTTensorRef *starts, const CTTensorRef *averages,
                                 const CTTensorRef *square_averages, const CTTensorRef *sums, size_t count,
                                 double beta1, double beta2, double beta3, double distance, double sum_weight,
                                 double *travelled, double *sum_norm, CTError *error);
/// The second half: moves the parameters.
CT_EXPORT void ct_prodigy_move(const CTTensorRef *parameters, const CTTensorRef *averages,
                               const CTTensorRef *square_averages, size_t count, double rate, double weight_decay,
                               double epsilon, CTError *error);
/// One AdamW step, the `step`-th, over `count` parameters whose moments are quantised in blocks of 256: `…_codes` are
/// uint8 `[blocks, 256]`, `…_scales` float32 `[blocks]`.
CT_EXPORT void ct_adamw_8bit_step(const CTTensorRef *parameters, const CTTensorRef *gradients,
                                  const CTTensorRef *average_codes, const CTTensorRef *average_scales,
                                  const CTTensorRef *square_codes, const CTTensorRef *square_scales, size_t count,
                                  int64_t step, double learning_rate, double beta1, double beta2, double weight_decay,
                                  double epsilon, CTError *error);
/// The 256 numbers, rising, that 8-bit codes stand for.
CT_EXPORT CTTensorRef ct_dynamic_codebook(bool has_sign, CTError *error);
CT_EXPORT void ct_add_scalar_all_in_place(const CTTensorRef *tensors, size_t count, double value, CTError *error);
CT_EXPORT void ct_mul_scalar_all_in_place(const CTTensorRef *tensors, size_t count, double value, CTError *error);
/// The 2-norm of all tensors together. When it is finite and above `max_norm`, the tensors are scaled down to it.
CT_EXPORT double ct_clip_norm(const CTTensorRef *tensors, size_t count, double max_norm, CTError *error);

#ifdef __cplusplus
}
#endif

#endif
