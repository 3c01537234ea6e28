// gRPC C++'s server of grpc.testing.TestService. Prints "listening on 127.0.0.1:PORT", then serves until killed.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <thread>
#include <vector>

#include "compression.h"
#include "flags.h"
#include "grpc/testing/test.grpc.pb.h"

using grpc::ServerContext;
using grpc::Status;
using grpc::StatusCode;
using namespace grpc::testing;

namespace {

void EchoMetadata(ServerContext* context) {
  const auto& sent = context->client_metadata();
  for (auto [first, last] = sent.equal_range("x-grpc-test-echo-initial"); first != last; ++first) {
    context->AddInitialMetadata("x-grpc-test-echo-initial", {first->second.data(), first->second.size()});
  }
  for (auto [first, last] = sent.equal_range("x-grpc-test-echo-trailing-bin"); first != last; ++first) {
    context->AddTrailingMetadata("x-grpc-test-echo-trailing-bin", {first->second.data(), first->second.size()});
  }
}

void Fill(Payload* payload, int size) { payload->set_body(std::string(size, '\0')); }

Status Echoed(const EchoStatus& status) { return {static_cast<StatusCode>(status.code()), status.message()}; }

// Whether the message that was read last came as the client said it would.
template <typename Request>
bool CameAsExpected(ServerContext* context, const Request& request) {
  return !request.has_expect_compressed() ||
         request.expect_compressed().value() == LastMessageWasCompressed(context->c_call());
}

const Status kNotAsExpected(StatusCode::INVALID_ARGUMENT, "the compressed flag is not as expect_compressed says");

class Service final : public TestService::Service {
  Status EmptyCall(ServerContext* context, const Empty*, Empty*) override {
    EchoMetadata(context);
    return Status::OK;
  }

  Status UnaryCall(ServerContext* context, const SimpleRequest* request, SimpleResponse* response) override {
    EchoMetadata(context);
    if (!CameAsExpected(context, *request)) return kNotAsExpected;
    if (request->has_response_compressed()) {
      context->set_compression_level(
          request->response_compressed().value() ? GRPC_COMPRESS_LEVEL_HIGH : GRPC_COMPRESS_LEVEL_NONE);
    }
    if (request->response_status().code() != 0) return Echoed(request->response_status());
    Fill(response->mutable_payload(), request->response_size());
    return Status::OK;
  }

  template <typename Writer>
  void Answer(ServerContext* context, const StreamingOutputCallRequest& request, Writer* writer) {
    for (const auto& wanted : request.response_parameters()) {
      if (wanted.interval_us() > 0) std::this_thread::sleep_for(std::chrono::microseconds(wanted.interval_us()));
      grpc::WriteOptions options;
      if (wanted.has_compressed()) {
        // The level holds for the call; single messages can only be exempted from it.
        context->set_compression_level(GRPC_COMPRESS_LEVEL_HIGH);
        if (!wanted.compressed().value()) options.set_no_compression();
      }
      StreamingOutputCallResponse response;
      Fill(response.mutable_payload(), wanted.size());
      if (!writer->Write(response, options)) return;
    }
  }

  Status StreamingOutputCall(
      ServerContext* context, const StreamingOutputCallRequest* request,
      grpc::ServerWriter<StreamingOutputCallResponse>* writer) override {
    EchoMetadata(context);
    if (request->response_status().code() != 0) return Echoed(request->response_status());
    Answer(context, *request, writer);
    return Status::OK;
  }

  Status StreamingInputCall(
      ServerContext* context, grpc::ServerReader<StreamingInputCallRequest>* reader,
      StreamingInputCallResponse* response) override {
    EchoMetadata(context);
    StreamingInputCallRequest request;
    size_t total = 0;
    while (reader->Read(&request)) {
      if (!CameAsExpected(context, request)) return kNotAsExpected;
      total += request.payload().body().size();
    }
    response->set_aggregated_payload_size(static_cast<int>(total));
    return Status::OK;
  }

  using Stream = grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>;

  Status FullDuplexCall(ServerContext* context, Stream* stream) override {
    EchoMetadata(context);
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) {
      if (request.response_status().code() != 0) return Echoed(request.response_status());
      Answer(context, request, stream);
    }
    return Status::OK;
  }

  Status HalfDuplexCall(ServerContext* context, Stream* stream) override {
    EchoMetadata(context);
    std::vector<StreamingOutputCallRequest> requests;
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) requests.push_back(request);
    for (const auto& each : requests) Answer(context, each, stream);
    return Status::OK;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv);
  auto credentials = grpc::InsecureServerCredentials();
  if (flags.IsSet("use_tls")) {
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({flags.File("tls_key_file"), flags.File("tls_cert_file")});
    credentials = grpc::SslServerCredentials(options);
  }
  Service service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + flags.Text("port", "0"), credentials, &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) Flags::Fail("cannot listen on port " + flags.Text("port", "0"));
  std::cout << "listening on 127.0.0.1:" << port << std::endl;
  server->Wait();
}
