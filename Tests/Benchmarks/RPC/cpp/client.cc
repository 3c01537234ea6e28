// Makes unary calls through gRPC C++'s completion-queue client: one thread, one connection, a fixed number at once.
//
// Usage: client PORT CALLS IN_FLIGHT SIZE   Prints the CPU time of the calls; a tenth as many go before.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "bench/v1/echo.grpc.pb.h"

using bench::v1::Echo;
using bench::v1::EchoMessage;

namespace {

long long CpuNanoseconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

struct Call {
  grpc::ClientContext context;
  EchoMessage response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<EchoMessage>> reader;
};

void Begin(Echo::Stub& stub, const EchoMessage& request, grpc::CompletionQueue* queue) {
  auto* call = new Call;
  call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  call->reader = stub.AsyncUnary(&call->context, request, queue);
  call->reader->Finish(&call->response, &call->status, call);
}

void Load(Echo::Stub& stub, const EchoMessage& request, int calls, int in_flight) {
  grpc::CompletionQueue queue;
  int begun = 0;
  for (; begun < calls && begun < in_flight; begun++) Begin(stub, request, &queue);
  for (int ended = 0; ended < calls; ended++) {
    void* tag;
    bool ok;
    if (!queue.Next(&tag, &ok)) std::exit(EXIT_FAILURE);
    std::unique_ptr<Call> call(static_cast<Call*>(tag));
    if (!call->status.ok() || call->response.payload() != request.payload()) {
      std::fprintf(stderr, "wrong answer: %s\n", call->status.error_message().c_str());
      std::exit(EXIT_FAILURE);
    }
    if (begun < calls) {
      begun += 1;
      Begin(stub, request, &queue);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return EXIT_FAILURE;
  const int calls = std::atoi(argv[2]);
  const int in_flight = std::atoi(argv[3]);
  auto channel = grpc::CreateChannel("127.0.0.1:" + std::string(argv[1]), grpc::InsecureChannelCredentials());
  Echo::Stub stub(channel);
  EchoMessage request;
  request.set_payload(std::string(std::atoi(argv[4]), 'x'));
  Load(stub, request, calls / 10, in_flight);
  const long long before = CpuNanoseconds();
  const auto start = std::chrono::steady_clock::now();
  Load(stub, request, calls, in_flight);
  const long long wall =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start).count();
  std::printf("%d calls, %lld ns CPU, %lld ns\n", calls, CpuNanoseconds() - before, wall);
}
