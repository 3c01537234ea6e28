// Where tensors on the CPU get their memory from.
#include "Bridge.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <array>
#include <cstdlib>
#include <mutex>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ctorch {

namespace {

/// Before a block's numbers, a cache line of its own.
struct alignas(64) Header {
  /// In pages, 0 for a block that is not kept.
  size_t pages;
  Header *next;
};

/// Keeps blocks of medium size for the next tensor of that size, the last one first: it is the one that the caches
/// still hold. A network asks for the same sizes at every step, and the C library would join free blocks to larger
/// ones and cut them up again each time.
class RecentBlocks final : public c10::Allocator {
public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::DeviceType::CPU)};
    size_t pages = bytes < smallest || bytes > largest ? 0 : (bytes + page - 1) / page;
    Header *header = pages > 0 ? take(pages) : nullptr;
    if (!header) {
      size_t room = pages > 0 ? pages * page : bytes;
      header = fresh(room + sizeof(Header));
      *header = {pages, nullptr};
    }
    void *data = header + 1;
    c10::profiledCPUMemoryReporter().New(data, bytes);
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

  void copy_data(void *to, const void *from, size_t count) const override { default_copy_data(to, from, count); }

  void dropAll() {
    std::lock_guard lock(mutex_);
    dropKept();
  }

  static RecentBlocks &instance() {
    // Never destroyed: tensors may still go while the process exits.
    static RecentBlocks &blocks = *new RecentBlocks;
    return blocks;
  }

private:
  static constexpr size_t page = 4096, smallest = page, largest = 4 << 20, most = 64 << 20;

  static void release(void *data) {
    if (!data) return;
    c10::profiledCPUMemoryReporter().Delete(data);
    Header *header = static_cast<Header *>(data) - 1;
    if (header->pages > 0) {
      instance().keep(header);
    } else {
      c10::free_cpu(header);
    }
  }

  /// - Throws: libtorch's own error when there is no memory, with nothing kept either.
  Header *fresh(size_t bytes) {
    try {
      return static_cast<Header *>(c10::alloc_cpu(bytes));
    } catch (const c10::Error &) {
      dropAll();
      return static_cast<Header *>(c10::alloc_cpu(bytes));
    }
  }

  void dropKept() {
    for (Header *&list : free_)
      while (Header *header = list) {
        list = header->next;
        c10::free_cpu(header);
      }
    kept_ = 0;
  }

  Header *take(size_t pages) {
    std::lock_guard lock(mutex_);
    Header *&list = free_[pages], *header = list;
    if (header) {
      list = header->next;
      kept_ -= pages * page;
    }
    return header;
  }

  void keep(Header *header) {
    std::lock_guard lock(mutex_);
    // Sizes that nobody asks for any more, as after a change of the images' size, would fill it for ever.
    if (kept_ + header->pages * page > most) dropKept();
    header->next = free_[header->pages];
    free_[header->pages] = header;
    kept_ += header->pages * page;
  }

  std::mutex mutex_;
  std::array<Header *, largest / page + 1> free_{};
  size_t kept_ = 0;
};

/// Large tensors come from the system at every operation and go back after it, and their pages are zeroed each time,
/// 4 kB a fault: that took as long as the arithmetic of an addition over an image's features. So the C library keeps
/// what is smaller than 64 MB, half a gigabyte at most; and libtorch is told, before its first allocation, to ask for
/// pages of 2 MB.
__attribute__((constructor)) void allocateForTensors() {
  setenv("THP_MEM_ALLOC_ENABLE", "1", /*overwrite=*/0);
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
  c10::SetCPUAllocator(&RecentBlocks::instance(), /*priority=*/1);
}

}  // namespace

}  // namespace ctorch

void ct_release_unused_memory(void) {
  ctorch::RecentBlocks::instance().dropAll();
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
