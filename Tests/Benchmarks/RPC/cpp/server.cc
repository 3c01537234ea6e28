// The echo service on gRPC C++: the completion-queue API with one thread, which is its fastest form on one core.
//
// Usage: server PORT [CERTIFICATE KEY]   Port 0 lets the system choose; the chosen one is printed.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include <grpcpp/grpcpp.h>

#include "bench/v1/echo.grpc.pb.h"

using bench::v1::Echo;
using bench::v1::EchoMessage;
using bench::v1::StreamRequest;
using bench::v1::StreamSummary;

namespace {

// A call: the tag of all its events.
class Call {
 public:
  virtual ~Call() = default;
  virtual void Proceed(bool ok) = 0;
};

class UnaryCall final : public Call {
 public:
  UnaryCall(Echo::AsyncService* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue), responder_(&context_) {
    service_->RequestUnary(&context_, &request_, &responder_, queue_, queue_, this);
  }

  void Proceed(bool ok) override {
    if (answered_ || !ok) {
      delete this;
      return;
    }
    new UnaryCall(service_, queue_);
    answered_ = true;
    responder_.Finish(request_, grpc::Status::OK, this);
  }

 private:
  Echo::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  EchoMessage request_;
  grpc::ServerAsyncResponseWriter<EchoMessage> responder_;
  bool answered_ = false;
};

class ServerStreamCall final : public Call {
 public:
  ServerStreamCall(Echo::AsyncService* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue), writer_(&context_) {
    service_->RequestServerStream(&context_, &request_, &writer_, queue_, queue_, this);
  }

  void Proceed(bool ok) override {
    if (finished_ || (!begun_ && !ok)) {
      delete this;
      return;
    }
    if (!begun_) {
      begun_ = true;
      new ServerStreamCall(service_, queue_);
      left_ = request_.count();
      message_.set_payload(std::string(request_.size(), 'x'));
    }
    if (ok && left_ > 0) {
      left_ -= 1;
      writer_.Write(message_, this);
    } else {
      finished_ = true;
      writer_.Finish(grpc::Status::OK, this);
    }
  }

 private:
  Echo::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  StreamRequest request_;
  EchoMessage message_;
  grpc::ServerAsyncWriter<EchoMessage> writer_;
  uint32_t left_ = 0;
  bool begun_ = false;
  bool finished_ = false;
};

class ClientStreamCall final : public Call {
 public:
  ClientStreamCall(Echo::AsyncService* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue), reader_(&context_) {
    service_->RequestClientStream(&context_, &reader_, queue_, queue_, this);
  }

  void Proceed(bool ok) override {
    if (finished_ || (!begun_ && !ok)) {
      delete this;
      return;
    }
    if (!begun_) {
      begun_ = true;
      new ClientStreamCall(service_, queue_);
    } else if (ok) {
      summary_.set_messages(summary_.messages() + 1);
      summary_.set_bytes(summary_.bytes() + message_.payload().size());
    } else {
      finished_ = true;
      reader_.Finish(summary_, grpc::Status::OK, this);
      return;
    }
    reader_.Read(&message_, this);
  }

 private:
  Echo::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  EchoMessage message_;
  StreamSummary summary_;
  grpc::ServerAsyncReader<StreamSummary, EchoMessage> reader_;
  bool begun_ = false;
  bool finished_ = false;
};

std::string Contents(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::ServerCredentials> Credentials(int argc, char** argv) {
  if (argc < 4) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({Contents(argv[3]), Contents(argv[2])});
  return grpc::SslServerCredentials(options);
}

}  // namespace

int main(int argc, char** argv) {
  Echo::AsyncService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:" + std::string(argc > 1 ? argv[1] : "0"), Credentials(argc, argv), &port);
  builder.RegisterService(&service);
  auto queue = builder.AddCompletionQueue();
  auto server = builder.BuildAndStart();
  if (!server) return EXIT_FAILURE;
  // As many calls as the load has in flight wait to be taken.
  for (int i = 0; i < 256; i++) new UnaryCall(&service, queue.get());
  new ServerStreamCall(&service, queue.get());
  new ClientStreamCall(&service, queue.get());
  std::printf("port %d\n", port);
  std::fflush(stdout);
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) static_cast<Call*>(tag)->Proceed(ok);
}
