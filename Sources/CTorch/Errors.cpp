// Exceptions become codes here. Which of libtorch's exceptions means what:
// - running out of memory has a type of its own on devices, but on the CPU the allocator throws a plain c10::Error;
// - a failed TORCH_CHECK (shapes, dtypes, devices) is a plain c10::Error or one of its subclasses: the caller's fault;
// - a failed internal assertion is a plain c10::Error too, and only its text tells.
#include "Bridge.h"

#include <c10/util/Exception.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

namespace ctorch {

std::atomic<int64_t> liveHandles{0};

static void set(CTError *error, int32_t code, const char *message) noexcept {
  error->code = code;
  error->message = strdup(message);
}

static int32_t codeOf(const c10::Error &failure, std::string_view text) {
  if (dynamic_cast<const c10::OutOfMemoryError *>(&failure)) return CTErrorOutOfMemory;
  if (text.find("DefaultCPUAllocator: ") != text.npos) return CTErrorOutOfMemory;
  if (dynamic_cast<const c10::AcceleratorError *>(&failure)) return CTErrorInternal;
  if (text.find("INTERNAL ASSERT FAILED") != text.npos || text.find("CUDA error") != text.npos) return CTErrorInternal;
  return CTErrorInvalidArgument;
}

void record(CTError *error) noexcept {
  try {
    throw;
  } catch (const c10::Error &failure) {
    const char *text = failure.what_without_backtrace();
    set(error, codeOf(failure, text), text);
  } catch (const std::bad_alloc &) {
    set(error, CTErrorOutOfMemory, "out of memory");
  } catch (const std::exception &failure) {
    set(error, CTErrorInternal, failure.what());
  } catch (...) {
    set(error, CTErrorInternal, "an exception of unknown type");
  }
}

}  // namespace ctorch

void ct_error_set(CTError *error, int32_t code, const char *message) {
  ctorch::set(error, code, message);
}

void ct_error_free(CTError *error) {
  free(error->message);
  *error = CTError{CTErrorNone, nullptr};
}
