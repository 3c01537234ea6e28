// swift-tools-version: 6.2
import PackageDescription
let package = Package(
  name: "lorikeet",
  platforms: [.macOS(.v15)],
  targets: [
    .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
    .target(name: "Images", dependencies: ["CVips"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
