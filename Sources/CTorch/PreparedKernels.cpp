#include "PreparedKernels.h"

#include <ATen/ops/empty.h>

#include <map>
#include <mutex>
#include <utility>

namespace ctorch {

namespace {

struct Entry {
  /// Told apart from later storage at the same address: a weak reference keeps the name, not the memory.
  c10::weak_intrusive_ptr<c10::StorageImpl> storage;
  uint32_t version;
  at::Tensor kernels;
};

constexpr int64_t mostNumbers = 16 << 20;

struct Cache {
  std::mutex mutex;
  std::map<std::pair<const float *, bool>, Entry> entries;
  int64_t numbers = 0;

  void dropDead() {
    for (auto it = entries.begin(); it != entries.end();) {
      bool dead = it->second.storage.expired();
      if (dead) numbers -= it->second.kernels.numel();
      it = dead ? entries.erase(it) : std::next(it);
    }
  }
};

Cache &cache() {
  // Never destroyed: threads may still compute while the process exits.
  static Cache &cache = *new Cache;
  return cache;
}

}  // namespace

at::Tensor preparedKernels(const at::Tensor &weight, const WinogradConvolution &convolution) {
  int64_t count = convolution.preparedCount();
  // Tensors of inference mode do not tell when they are written to.
  if (count == 0 || weight.is_inference()) return at::Tensor();
  Cache &known = cache();
  std::lock_guard lock(known.mutex);
  std::pair key(convolution.weight, convolution.turned);
  c10::StorageImpl *storage = weight.storage().unsafeGetStorageImpl();
  auto found = known.entries.find(key);
  if (found != known.entries.end()) {
    Entry &entry = found->second;
    if (entry.storage.lock().get() == storage && entry.version == weight._version() &&
        entry.kernels.numel() == count) {
      return entry.kernels;
    }
    known.numbers -= entry.kernels.numel();
    known.entries.erase(found);
  }
  if (known.numbers + count > mostNumbers) known.dropDead();
  if (known.numbers + count > mostNumbers) return at::Tensor();
  at::Tensor kernels = at::empty({count}, at::TensorOptions().dtype(at::kFloat));
  convolution.prepare(kernels.mutable_data_ptr<float>());
  auto owner = c10::intrusive_ptr<c10::StorageImpl>::reclaim_copy(storage);
  known.entries.emplace(key, Entry{c10::weak_intrusive_ptr<c10::StorageImpl>(owner),
                                   static_cast<uint32_t>(weight._version()), kernels});
  known.numbers += count;
  return kernels;
}

}  // namespace ctorch
