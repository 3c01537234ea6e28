// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Where libtorch lives: `make setup` unpacks the pinned wheel into .deps/torch;
// LIBTORCH=/path names another one (a GPU machine brings its own).
let libtorch = Context.environment["LIBTORCH"] ?? "\(Context.packageDirectory)/.deps/torch"
let cudaRuntime = "\(Context.packageDirectory)/.deps/nvidia/cu13/lib"

// LORIKEET_CUDA=1 links the CUDA half of a libtorch that has one. Nothing refers to that library by name: without
// --no-as-needed its kernels would never register.
let wantsCUDA = Context.environment["LORIKEET_CUDA"] == "1"
let hasCUDA = FileManager.default.fileExists(atPath: "\(libtorch)/lib/libtorch_cuda.so")
let cudaLibraries = wantsCUDA && hasCUDA
  ? ["-Xlinker", "--no-as-needed", "-ltorch_cuda", "-lc10_cuda", "-ltorch", "-Xlinker", "--as-needed"] : []

// The bridge to libtorch is a part of the executables, unless LORIKEET_CTORCH names a folder with a libCTorch.so that
// Sources/CTorch/build.sh made. Executables then load the one beside them ($ORIGIN): so they run on machines that
// build their own against their own libtorch, and have no Swift.
let prebuiltBridge = Context.environment["LORIKEET_CTORCH"]
let bridge: Target = prebuiltBridge != nil
  ? .systemLibrary(name: "CTorch", path: "Sources/CTorch/include")
  : .target(
    name: "CTorch",
    exclude: ["build.sh"],
    cxxSettings: [
      .unsafeFlags([
        "-isystem", "\(libtorch)/include", "-isystem", "\(libtorch)/include/torch/csrc/api/include",
        "-fvisibility=hidden", "-fvisibility-inlines-hidden",
        // Also in debug builds: the kernels' intrinsics would be a hundred times slower.
        "-O2",
      ]),
      .define("NDEBUG"),
    ],
    linkerSettings: [
      .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      .unsafeFlags(
        ["-L\(libtorch)/lib", "-Xlinker", "--allow-shlib-undefined"] + cudaLibraries
          + ["-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", cudaRuntime]),
    ])
let bridgeLinking: [LinkerSetting] = prebuiltBridge.map {
  [.linkedLibrary("CTorch"), .unsafeFlags(["-L\($0)", "-Xlinker", "--allow-shlib-undefined"])]
} ?? []
let bridgeProducts: [Product] = prebuiltBridge != nil
  ? [] : [.library(name: "CTorch", type: .dynamic, targets: ["CTorch"])]

// Async functions of the RPC runtime and of generated code run where their caller runs: a call's handler stays on the
// loop that read the call, without asking at every step.
let hotPath: [SwiftSetting] = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// LORIKEET_BENCHMARKS=1 adds the benchmarks' programs, which nothing else needs to build.
let benchmarks: [Target] = Context.environment["LORIKEET_BENCHMARKS"] != "1" ? [] : [
  .target(
    name: "CEchoProtos", dependencies: ["CProtobufC", "CStandardProtos"], path: "Tests/Benchmarks/RPC/CEchoProtos"),
  .executableTarget(
    name: "rpc-echo",
    dependencies: [
      "RPC", "Protobuf", "CEchoProtos", nio, logging, metrics, .product(name: "CoreMetrics", package: "swift-metrics"),
      arguments,
    ],
    path: "Tests/Benchmarks/RPC/echo", swiftSettings: hotPath),
  .executableTarget(
    name: "engine-bench", dependencies: ["StableDiffusion", "Torch", arguments],
    path: "Tests/Benchmarks/Engine/engine-bench"),
]

// LORIKEET_FUZZ=1 adds the programs that scripts/fuzz.sh builds and runs: they link with libFuzzer only.
let fuzzers: [Target] = Context.environment["LORIKEET_FUZZ"] != "1" ? [] : [
  .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
  .executableTarget(
    name: "fuzz-decoder", dependencies: ["CLibFuzzer", "Protobuf", "TestProtos"], path: "Tests/Fuzz/decoder"),
  .executableTarget(
    name: "fuzz-session", dependencies: ["CLibFuzzer", "HTTP2"], path: "Tests/Fuzz/session"),
  .executableTarget(
    name: "fuzz-envelope", dependencies: ["CLibFuzzer", "Protobuf", "RPC"], path: "Tests/Fuzz/envelope"),
]

// LORIKEET_ACCEPTANCE=1 adds the programs of Tests/Acceptance, which need full-size checkpoints and are run by hand.
let acceptance: [Target] = Context.environment["LORIKEET_ACCEPTANCE"] != "1" ? [] : [
  .executableTarget(
    name: "acceptance-models", dependencies: ["ModelFiles", "StableDiffusion", "Torch"],
    path: "Tests/Acceptance/Models"),
]

let package = Package(
  name: "lorikeet",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "lorikeetd", targets: ["lorikeetd"]),
    .executable(name: "lorikeet-backend", targets: ["lorikeet-backend"]),
    .executable(name: "lorikeet-pretrain", targets: ["lorikeet-pretrain"]),
    .executable(name: "lorikeet", targets: ["lorikeet"]),
  ] + bridgeProducts,
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries from the system.
    .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),

    // The RPC runtime. Knows nothing of Lorikeet.
    .target(name: "HTTP2", dependencies: ["CNghttp2", nio, nioPosix, nioTLS, tls, logging], swiftSettings: hotPath),
    .target(name: "CStandardProtos", dependencies: ["CProtobufC"]),
    .target(name: "Protobuf", dependencies: ["CProtobufC", "CStandardProtos"], swiftSettings: hotPath),
    .target(
      name: "RPC",
      dependencies: ["HTTP2", "Protobuf", "CStandardProtos", "CZlib", nio, nioPosix, logging, metrics, tracing],
      swiftSettings: hotPath),

    // The API, generated from Protos/.
    .target(name: "CLorikeetProtos", dependencies: ["CProtobufC", "CStandardProtos"]),
    .target(name: "LorikeetAPI", dependencies: ["RPC", "Protobuf", "CLorikeetProtos"], swiftSettings: hotPath),

    // Both ends of gRPC's interoperability suite, to prove the runtime against other people's.
    .target(name: "CInteropProtos", dependencies: ["CProtobufC", "CStandardProtos"]),
    .executableTarget(
      name: "rpc-interop", dependencies: ["RPC", "Protobuf", "CInteropProtos", arguments, logging]),

    // The service.
    .target(name: "Store", dependencies: ["LorikeetAPI", "Protobuf", crypto, logging, .product(name: "GRDB", package: "GRDB.swift")]),
    .target(name: "Service", dependencies: ["ModelFiles", "Store", "LorikeetAPI", "RPC", "Protobuf", logging, lifecycle, metrics]),
    .executableTarget(name: "lorikeetd", dependencies: ["Service", "Store", "RPC", logging, lifecycle, arguments, "Yams"]),

    // What model files look like: names, layouts, headers. Without libtorch, for the service looks into them too.
    .target(name: "ModelFiles"),

    // Compute.
    bridge,
    .target(name: "Torch", dependencies: ["CTorch"], linkerSettings: bridgeLinking),
    .target(name: "Images", dependencies: ["CVips"]),
    .target(name: "StableDiffusion", dependencies: ["ModelFiles", "Torch", crypto]),
    .target(name: "TrainingBackend", dependencies: ["ModelFiles", "StableDiffusion", "Images"]),
    .target(name: "SamplingBackend", dependencies: ["ModelFiles", "StableDiffusion", "Images"]),
    .target(name: "BackendHost", dependencies: ["ModelFiles", "TrainingBackend", "SamplingBackend", "LorikeetAPI", "RPC", crypto, logging, lifecycle]),
    .executableTarget(name: "lorikeet-backend", dependencies: ["BackendHost", "RPC", logging, arguments, lifecycle]),

    // The bundled tiny model: the world it was trained on, and the program that trained it.
    .target(name: "TinyWorld"),
    .target(name: "Pretraining", dependencies: ["TinyWorld", "StableDiffusion", "Images"]),
    .executableTarget(name: "lorikeet-pretrain", dependencies: ["Pretraining", arguments]),

    // The command-line client.
    .executableTarget(
      name: "lorikeet", dependencies: ["LorikeetAPI", "RPC", "Images", "TinyWorld", arguments, crypto, logging], path: "clients/cli"),

    .testTarget(
      name: "HTTP2Tests", dependencies: ["HTTP2", nio, .product(name: "NIOEmbedded", package: "swift-nio")]),
    .target(name: "CTestProtos", dependencies: ["CProtobufC", "CStandardProtos"], path: "Tests/CTestProtos"),
    .target(name: "TestProtos", dependencies: ["Protobuf", "CTestProtos"], path: "Tests/TestProtos"),
    .testTarget(
      name: "ProtobufTests", dependencies: ["Protobuf", "TestProtos", "LorikeetAPI"],
      exclude: ["Protos", "Goldens"]),
    .testTarget(
      name: "RPCTests",
      dependencies: [
        "RPC", "HTTP2", "CZlib", nio, nioPosix, nioTLS, tls, logging, metrics,
        .product(name: "MetricsTestKit", package: "swift-metrics"), tracing,
      ],
      exclude: ["Peers"]),
    // What the documentation of RPC shows, compiled and run.
    .target(
      name: "CDocumentationProtos", dependencies: ["CProtobufC", "CStandardProtos"], path: "Tests/CDocumentationProtos"),
    .testTarget(
      name: "DocumentationTests", dependencies: ["RPC", "Protobuf", "CDocumentationProtos", logging],
      exclude: ["Protos"]),
    .testTarget(name: "InteropTests", dependencies: ["rpc-interop"]),
    .testTarget(
      name: "StoreTests", dependencies: ["Store", "LorikeetAPI", logging, .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(name: "ServiceTests", dependencies: ["lorikeetd", "Service", "ModelFiles", "Store", "RPC", "LorikeetAPI", logging]),
    .testTarget(name: "ModelFilesTests", dependencies: ["ModelFiles"]),
    .testTarget(name: "TorchTests", dependencies: ["Torch"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images"]),
    .testTarget(
      name: "StableDiffusionTests", dependencies: ["ModelFiles", "StableDiffusion", "Torch", "MicroCheckpoint"]),
    // A randomly initialised checkpoint of a few thousand parameters, for tests of what uses one.
    .target(name: "MicroCheckpoint", dependencies: ["ModelFiles", "StableDiffusion", "Torch"], path: "Tests/MicroCheckpoint"),
    .testTarget(name: "LoRATests", dependencies: ["ModelFiles", "StableDiffusion", "Torch", "MicroCheckpoint"]),
    .testTarget(
      name: "TrainingBackendTests", dependencies: ["ModelFiles", "TrainingBackend", "StableDiffusion", "Torch", "MicroCheckpoint"]),
    .testTarget(
      name: "SamplingBackendTests", dependencies: ["ModelFiles", "SamplingBackend", "StableDiffusion", "Torch", "MicroCheckpoint"]),
    .testTarget(
      name: "BackendHostTests", dependencies: ["BackendHost", "LorikeetAPI", "RPC", "MicroCheckpoint", "Images"]),
    .testTarget(name: "TinyWorldTests", dependencies: ["TinyWorld"]),
    .testTarget(name: "PretrainingTests", dependencies: ["Pretraining", "StableDiffusion", "Torch"]),
    .testTarget(name: "CLITests", dependencies: ["lorikeet"]),
    .testTarget(
      name: "EndToEndTests", dependencies: ["LorikeetAPI", "RPC", "Images", "TinyWorld", crypto, logging], exclude: ["probe.py"]),
  ] + benchmarks + fuzzers + acceptance,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
