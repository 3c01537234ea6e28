// gRPC C++'s client: runs cases of the interoperability suite and prints "ok NAME" or "FAILED NAME: why" of each.
#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "compression.h"
#include "flags.h"
#include "grpc/testing/test.grpc.pb.h"

using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;
using namespace grpc::testing;

namespace {

struct Unmet : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void Expect(bool holds, const std::string& claim) {
  if (!holds) throw Unmet("expected " + claim);
}

void ExpectStatus(const Status& status, StatusCode code) {
  Expect(status.error_code() == code, "status " + std::to_string(code) + ", but it is " +
                                          std::to_string(status.error_code()) + ": " + status.error_message());
}

void ExpectOK(const Status& status) { ExpectStatus(status, StatusCode::OK); }

void ExpectZeros(const Payload& payload, size_t size) {
  Expect(payload.body().size() == size, "a payload of " + std::to_string(size) + " bytes, but it has " +
                                            std::to_string(payload.body().size()));
  Expect(payload.body().find_first_not_of('\0') == std::string::npos, "a payload of zeros");
}

// A context no call of which can hang.
struct Context : ClientContext {
  Context() {
    set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    set_wait_for_ready(true);
  }
};

const std::vector<int> kRequestSizes = {27182, 8, 1828, 45904};
const std::vector<int> kResponseSizes = {31415, 9, 2653, 58979};
constexpr int kLargeRequest = 271828;
constexpr int kLargeResponse = 314159;

SimpleRequest LargeRequest() {
  SimpleRequest request;
  request.set_response_size(kLargeResponse);
  request.mutable_payload()->set_body(std::string(kLargeRequest, '\0'));
  return request;
}

StreamingOutputCallRequest Ping(int request_size, int response_size) {
  StreamingOutputCallRequest request;
  request.add_response_parameters()->set_size(response_size);
  request.mutable_payload()->set_body(std::string(request_size, '\0'));
  return request;
}

class Client {
 public:
  explicit Client(const Flags& flags) : flags_(flags), channel_(Connect()), stub_(TestService::NewStub(channel_)) {}

  int Run(const std::string& names) {
    const std::map<std::string, void (Client::*)()> cases = {
        {"empty_unary", &Client::EmptyUnary},
        {"large_unary", &Client::LargeUnary},
        {"client_compressed_unary", &Client::ClientCompressedUnary},
        {"server_compressed_unary", &Client::ServerCompressedUnary},
        {"client_streaming", &Client::ClientStreaming},
        {"client_compressed_streaming", &Client::ClientCompressedStreaming},
        {"server_streaming", &Client::ServerStreaming},
        {"server_compressed_streaming", &Client::ServerCompressedStreaming},
        {"ping_pong", &Client::PingPong},
        {"empty_stream", &Client::EmptyStream},
        {"custom_metadata", &Client::CustomMetadata},
        {"status_code_and_message", &Client::StatusCodeAndMessage},
        {"special_status_message", &Client::SpecialStatusMessage},
        {"unimplemented_method", &Client::UnimplementedMethod},
        {"unimplemented_service", &Client::UnimplementedServiceCase},
        {"cancel_after_begin", &Client::CancelAfterBegin},
        {"cancel_after_first_response", &Client::CancelAfterFirstResponse},
        {"timeout_on_sleeping_server", &Client::TimeoutOnSleepingServer},
        {"concurrent_large_unary", &Client::ConcurrentLargeUnary},
        {"rpc_soak", &Client::RpcSoak},
        {"channel_soak", &Client::ChannelSoak},
    };
    int status = 0;
    std::stringstream list(names);
    for (std::string name; std::getline(list, name, ',');) {
      const auto found = cases.find(name);
      if (found == cases.end()) Flags::Fail(name + " is no case");
      try {
        (this->*found->second)();
        std::cout << "ok " << name << std::endl;
      } catch (const Unmet& unmet) {
        std::cout << "FAILED " << name << ": " << unmet.what() << std::endl;
        status = 1;
      }
    }
    return status;
  }

 private:
  const Flags& flags_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<TestService::Stub> stub_;

  std::shared_ptr<grpc::Channel> Connect() const {
    grpc::ChannelArguments arguments;
    // Otherwise channels to one address share a connection, and channel_soak would make none.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    auto credentials = grpc::InsecureChannelCredentials();
    if (flags_.IsSet("use_tls")) {
      grpc::SslCredentialsOptions options;
      options.pem_root_certs = flags_.File("ca_file");
      credentials = grpc::SslCredentials(options);
      const auto name = flags_.Text("server_host_override", "");
      if (!name.empty()) arguments.SetSslTargetNameOverride(name);
    }
    return grpc::CreateCustomChannel(
        flags_.Text("server_host", "127.0.0.1") + ":" + flags_.Text("server_port", ""), credentials, arguments);
  }

  void EmptyUnary() {
    Context context;
    Empty response;
    ExpectOK(stub_->EmptyCall(&context, Empty(), &response));
    Expect(response.ByteSizeLong() == 0, "an empty response");
  }

  static void Large(TestService::Stub& stub) {
    Context context;
    SimpleResponse response;
    ExpectOK(stub.UnaryCall(&context, LargeRequest(), &response));
    ExpectZeros(response.payload(), kLargeResponse);
  }

  void LargeUnary() { Large(*stub_); }

  Status CompressedCall(bool expects, bool compresses, SimpleResponse* response) {
    Context context;
    if (compresses) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    auto request = LargeRequest();
    request.mutable_expect_compressed()->set_value(expects);
    return stub_->UnaryCall(&context, request, response);
  }

  void ClientCompressedUnary() {
    SimpleResponse response;
    ExpectStatus(CompressedCall(true, false, &response), StatusCode::INVALID_ARGUMENT);
    for (const bool compressed : {true, false}) {
      ExpectOK(CompressedCall(compressed, compressed, &response));
      ExpectZeros(response.payload(), kLargeResponse);
    }
  }

  void ServerCompressedUnary() {
    for (const bool compressed : {true, false}) {
      Context context;
      auto request = LargeRequest();
      request.mutable_response_compressed()->set_value(compressed);
      SimpleResponse response;
      ExpectOK(stub_->UnaryCall(&context, request, &response));
      ExpectZeros(response.payload(), kLargeResponse);
      Expect(LastMessageWasCompressed(context.c_call()) == compressed,
             compressed ? "a compressed response" : "an uncompressed response");
    }
  }

  void ClientStreaming() {
    Context context;
    StreamingInputCallResponse response;
    const auto writer = stub_->StreamingInputCall(&context, &response);
    for (const int size : kRequestSizes) {
      StreamingInputCallRequest request;
      request.mutable_payload()->set_body(std::string(size, '\0'));
      Expect(writer->Write(request), "the server to take all requests");
    }
    writer->WritesDone();
    ExpectOK(writer->Finish());
    Expect(response.aggregated_payload_size() == 74922, "an aggregated_payload_size of 74922");
  }

  void ClientCompressedStreaming() {
    StreamingInputCallRequest request;
    StreamingInputCallResponse response;
    {
      Context probe;
      const auto writer = stub_->StreamingInputCall(&probe, &response);
      request.mutable_expect_compressed()->set_value(true);
      request.mutable_payload()->set_body(std::string(27182, '\0'));
      writer->Write(request);
      writer->WritesDone();
      ExpectStatus(writer->Finish(), StatusCode::INVALID_ARGUMENT);
    }
    Context context;
    context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    const auto writer = stub_->StreamingInputCall(&context, &response);
    Expect(writer->Write(request), "the server to take the compressed request");
    request.mutable_expect_compressed()->set_value(false);
    request.mutable_payload()->set_body(std::string(45904, '\0'));
    Expect(writer->Write(request, grpc::WriteOptions().set_no_compression()), "the server to take the plain request");
    writer->WritesDone();
    ExpectOK(writer->Finish());
    Expect(response.aggregated_payload_size() == 73086, "an aggregated_payload_size of 73086");
  }

  void ServerStreaming() {
    Context context;
    StreamingOutputCallRequest request;
    for (const int size : kResponseSizes) request.add_response_parameters()->set_size(size);
    const auto reader = stub_->StreamingOutputCall(&context, request);
    StreamingOutputCallResponse response;
    size_t count = 0;
    for (; reader->Read(&response); ++count) {
      Expect(count < kResponseSizes.size(), "four responses, but more came");
      ExpectZeros(response.payload(), kResponseSizes[count]);
    }
    ExpectOK(reader->Finish());
    Expect(count == kResponseSizes.size(), "four responses, but there were " + std::to_string(count));
  }

  void ServerCompressedStreaming() {
    Context context;
    StreamingOutputCallRequest request;
    const std::vector<std::pair<int, bool>> wanted = {{31415, true}, {92653, false}};
    for (const auto& [size, compressed] : wanted) {
      auto* parameters = request.add_response_parameters();
      parameters->set_size(size);
      parameters->mutable_compressed()->set_value(compressed);
    }
    const auto reader = stub_->StreamingOutputCall(&context, request);
    StreamingOutputCallResponse response;
    size_t count = 0;
    for (; reader->Read(&response); ++count) {
      Expect(count < wanted.size(), "two responses, but more came");
      ExpectZeros(response.payload(), wanted[count].first);
      Expect(LastMessageWasCompressed(context.c_call()) == wanted[count].second,
             "response " + std::to_string(count) + (wanted[count].second ? " compressed" : " uncompressed"));
    }
    ExpectOK(reader->Finish());
    Expect(count == wanted.size(), "two responses, but there were " + std::to_string(count));
  }

  void PingPong() {
    Context context;
    const auto stream = stub_->FullDuplexCall(&context);
    StreamingOutputCallResponse response;
    for (size_t i = 0; i < kRequestSizes.size(); ++i) {
      Expect(stream->Write(Ping(kRequestSizes[i], kResponseSizes[i])), "the server to take all requests");
      Expect(stream->Read(&response), "a response to each request");
      ExpectZeros(response.payload(), kResponseSizes[i]);
    }
    stream->WritesDone();
    Expect(!stream->Read(&response), "four responses, but a fifth came");
    ExpectOK(stream->Finish());
  }

  void EmptyStream() {
    Context context;
    const auto stream = stub_->FullDuplexCall(&context);
    stream->WritesDone();
    StreamingOutputCallResponse response;
    Expect(!stream->Read(&response), "no response");
    ExpectOK(stream->Finish());
  }

  static void AddEchoMetadata(ClientContext* context) {
    context->AddMetadata("x-grpc-test-echo-initial", "test_initial_metadata_value");
    context->AddMetadata("x-grpc-test-echo-trailing-bin", "\xab\xab\xab");
  }

  static void ExpectEchoed(const ClientContext& context) {
    const auto& initial = context.GetServerInitialMetadata();
    const auto first = initial.find("x-grpc-test-echo-initial");
    Expect(first != initial.end() && first->second == "test_initial_metadata_value", "the initial metadata back");
    const auto& trailing = context.GetServerTrailingMetadata();
    const auto last = trailing.find("x-grpc-test-echo-trailing-bin");
    Expect(last != trailing.end() && last->second == "\xab\xab\xab", "the trailing metadata back");
  }

  void CustomMetadata() {
    {
      Context context;
      AddEchoMetadata(&context);
      SimpleResponse response;
      ExpectOK(stub_->UnaryCall(&context, LargeRequest(), &response));
      ExpectZeros(response.payload(), kLargeResponse);
      ExpectEchoed(context);
    }
    Context context;
    AddEchoMetadata(&context);
    const auto stream = stub_->FullDuplexCall(&context);
    Expect(stream->Write(Ping(kLargeRequest, kLargeResponse)), "the server to take the request");
    stream->WritesDone();
    StreamingOutputCallResponse response;
    Expect(stream->Read(&response), "a response");
    ExpectZeros(response.payload(), kLargeResponse);
    Expect(!stream->Read(&response), "one response");
    ExpectOK(stream->Finish());
    ExpectEchoed(context);
  }

  void UnaryStatus(const std::string& message) {
    Context context;
    SimpleRequest request;
    request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
    request.mutable_response_status()->set_message(message);
    SimpleResponse response;
    const auto status = stub_->UnaryCall(&context, request, &response);
    ExpectStatus(status, StatusCode::UNKNOWN);
    Expect(status.error_message() == message, "the message \"" + message + "\", not \"" + status.error_message() + "\"");
  }

  void StatusCodeAndMessage() {
    const std::string message = "test status message";
    UnaryStatus(message);
    Context context;
    const auto stream = stub_->FullDuplexCall(&context);
    StreamingOutputCallRequest request;
    request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
    request.mutable_response_status()->set_message(message);
    stream->Write(request);
    stream->WritesDone();
    StreamingOutputCallResponse response;
    Expect(!stream->Read(&response), "no response");
    const auto status = stream->Finish();
    ExpectStatus(status, StatusCode::UNKNOWN);
    Expect(status.error_message() == message, "the message back");
  }

  void SpecialStatusMessage() {
    UnaryStatus("\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n");
  }

  void UnimplementedMethod() {
    Context context;
    Empty response;
    ExpectStatus(stub_->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
  }

  void UnimplementedServiceCase() {
    Context context;
    Empty response;
    ExpectStatus(UnimplementedService::NewStub(channel_)->UnimplementedCall(&context, Empty(), &response),
                 StatusCode::UNIMPLEMENTED);
  }

  void CancelAfterBegin() {
    Context context;
    StreamingInputCallResponse response;
    const auto writer = stub_->StreamingInputCall(&context, &response);
    context.TryCancel();
    ExpectStatus(writer->Finish(), StatusCode::CANCELLED);
  }

  void CancelAfterFirstResponse() {
    Context context;
    const auto stream = stub_->FullDuplexCall(&context);
    Expect(stream->Write(Ping(27182, 31415)), "the server to take the request");
    StreamingOutputCallResponse response;
    Expect(stream->Read(&response), "a response");
    ExpectZeros(response.payload(), 31415);
    context.TryCancel();
    ExpectStatus(stream->Finish(), StatusCode::CANCELLED);
  }

  void TimeoutOnSleepingServer() {
    Context context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
    const auto stream = stub_->FullDuplexCall(&context);
    StreamingOutputCallRequest request;
    request.mutable_payload()->set_body(std::string(27182, '\0'));
    stream->Write(request);
    StreamingOutputCallResponse response;
    stream->Read(&response);
    ExpectStatus(stream->Finish(), StatusCode::DEADLINE_EXCEEDED);
  }

  // All calls are open at once, without a thread for each.
  void ConcurrentLargeUnary() {
    struct Call {
      Context context;
      SimpleResponse response;
      Status status;
      std::unique_ptr<grpc::ClientAsyncResponseReader<SimpleResponse>> reader;
    };
    const int count = flags_.Number("concurrent_calls", 1000);
    const auto request = LargeRequest();
    grpc::CompletionQueue queue;
    std::vector<Call> calls(count);
    for (auto& call : calls) {
      call.reader = stub_->AsyncUnaryCall(&call.context, request, &queue);
      call.reader->Finish(&call.response, &call.status, &call);
    }
    std::string failure;
    for (int i = 0; i < count; ++i) {
      void* tag = nullptr;
      bool ok = false;
      queue.Next(&tag, &ok);
      auto* call = static_cast<Call*>(tag);
      try {
        ExpectOK(call->status);
        ExpectZeros(call->response.payload(), kLargeResponse);
      } catch (const Unmet& unmet) {
        failure = unmet.what();
      }
      call->response.Clear();
    }
    queue.Shutdown();
    if (!failure.empty()) throw Unmet(failure);
  }

  void RpcSoak() {
    for (int i = 0; i < flags_.Number("soak_iterations", 10); ++i) Large(*stub_);
  }

  void ChannelSoak() {
    for (int i = 0; i < flags_.Number("soak_iterations", 10); ++i) Large(*TestService::NewStub(Connect()));
  }
};

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv);
  return Client(flags).Run(flags.Text("test_case", ""));
}
