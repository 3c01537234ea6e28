// Generators and the tensors drawn from them.
#include "Bridge.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randperm.h>

#include <mutex>

using namespace ctorch;

namespace {

at::Generator &generatorOf(CTGeneratorRef handle) { return *reinterpret_cast<at::Generator *>(handle); }

std::optional<at::Generator> optionalGenerator(CTGeneratorRef handle) {
  if (!handle) return std::nullopt;
  return generatorOf(handle);
}

}  // namespace

CTGeneratorRef ct_generator(uint64_t seed, int32_t device, CTError *error) {
  return guarded(error, [&]() -> CTGeneratorRef {
    at::Generator generator =
        device < 0 ? at::detail::createCPUGenerator(seed)
                   : at::globalContext().getAcceleratorHooksInterface(at::kCUDA).getNewGenerator(
                         static_cast<c10::DeviceIndex>(device));
    generator.set_current_seed(seed);
    return reinterpret_cast<CTGeneratorRef>(new at::Generator(std::move(generator)));
  });
}

void ct_generator_release(CTGeneratorRef generator) { delete reinterpret_cast<at::Generator *>(generator); }

void ct_generator_seed(CTGeneratorRef handle, uint64_t seed, CTError *error) {
  guarded(error, [&] {
    at::Generator &generator = generatorOf(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
  });
}

CTTensorRef ct_generator_state(CTGeneratorRef handle, CTError *error) {
  return made(error, [&] {
    at::Generator &generator = generatorOf(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    return generator.get_state();
  });
}

void ct_generator_set_state(CTGeneratorRef handle, CTTensorRef state, CTError *error) {
  guarded(error, [&] {
    at::Generator &generator = generatorOf(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(Borrowed(state));
  });
}

CTTensorRef ct_random(enum CTDistribution distribution, const ptrdiff_t *shape, size_t rank,
                      CTGeneratorRef generator, int32_t dtype, int32_t device, CTError *error) {
  return made(error, [&]() -> at::Tensor {
    switch (distribution) {
      case CTNormal: return at::randn(ints(shape, rank), optionalGenerator(generator), options(dtype, device));
      case CTUniform: return at::rand(ints(shape, rank), optionalGenerator(generator), options(dtype, device));
    }
    TORCH_CHECK(false, "no distribution has the number ", static_cast<int>(distribution));
  });
}

CTTensorRef ct_randint(ptrdiff_t low, ptrdiff_t high, const ptrdiff_t *shape, size_t rank, CTGeneratorRef generator,
                       int32_t device, CTError *error) {
  return made(error, [&] {
    return at::randint(low, high, ints(shape, rank), optionalGenerator(generator), options(CTInt64, device));
  });
}

CTTensorRef ct_randperm(ptrdiff_t count, CTGeneratorRef generator, int32_t device, CTError *error) {
  return made(error, [&] { return at::randperm(count, optionalGenerator(generator), options(CTInt64, device)); });
}
