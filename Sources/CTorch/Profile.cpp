// Where time goes, operation by operation.
#include "Bridge.h"

#include <ATen/record_function.h>

#include <ctime>
#include <map>
#include <mutex>
#include <string>

using namespace ctorch;

namespace {

struct Entry {
  int64_t calls = 0;
  double seconds = 0;
};

struct Profile {
  std::mutex mutex;
  std::map<std::string, Entry> entries;
  at::CallbackHandle callback = at::INVALID_CALLBACK_HANDLE;
};

Profile &profile() {
  static Profile profile;
  return profile;
}

/// The thread's own processor time: another program on the same core does not count.
double now() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// An operation that is running; those that it calls take their time from its own.
struct Frame : at::ObserverContext {
  Frame *parent;
  double start, inner = 0;
};

thread_local Frame *current = nullptr;

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction &) {
  auto frame = std::make_unique<Frame>();
  frame->parent = current;
  current = frame.get();
  frame->start = now();
  return frame;
}

void end(const at::RecordFunction &function, at::ObserverContext *context) {
  auto *frame = static_cast<Frame *>(context);
  double seconds = now() - frame->start;
  current = frame->parent;
  if (current) current->inner += seconds;
  std::lock_guard lock(profile().mutex);
  Entry &entry = profile().entries[function.name()];
  entry.calls += 1;
  entry.seconds += seconds - frame->inner;
}

}  // namespace

void ct_profile_begin(CTError *error) {
  guarded(error, [] {
    TORCH_CHECK(profile().callback == at::INVALID_CALLBACK_HANDLE, "a profile is being made already");
    profile().entries.clear();
    profile().callback = at::addGlobalCallback(
        at::RecordFunctionCallback(begin, end).scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
  });
}

void ct_profile_end(void *context, void (*body)(void *context, const char *name, int64_t calls, double seconds)) {
  if (profile().callback == at::INVALID_CALLBACK_HANDLE) return;
  at::removeCallback(profile().callback);
  profile().callback = at::INVALID_CALLBACK_HANDLE;
  for (const auto &[name, entry] : profile().entries) body(context, name.c_str(), entry.calls, entry.seconds);
}
