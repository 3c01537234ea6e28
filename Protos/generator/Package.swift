// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the main build needs neither swift-protobuf nor protoc.
let package = Package(
  name: "protoc-gen-lorikeet",
  dependencies: [
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0")
  ],
  targets: [
    .executableTarget(
      name: "protoc-gen-lorikeet",
      dependencies: [
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
