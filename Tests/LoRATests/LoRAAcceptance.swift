import Foundation
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

private let acceptanceFolder = ProcessInfo.processInfo.environment["LORIKEET_LORA_ACCEPTANCE"]

/// Lorikeet's half of `Tests/Acceptance/lora.py`: applies each case's LoRA, and writes it again in every layout.
@Suite("LoRA files against diffusers", .enabled(if: acceptanceFolder != nil))
struct LoRAAcceptance {
  private struct Case: Decodable {
    var name: String
    var family: String
    var components: [String]
  }

  private struct Networks {
    var unet: UNet2DConditionModel
    var textEncoders: [(name: String, component: LoRAComponent, model: CLIPTextModel)]

    init(folder: String) throws {
      func read<Configuration: Decodable>(_ name: String, _: Configuration.Type) throws -> (Configuration, Safetensors) {
        let file = name == "unet" ? "diffusion_pytorch_model" : "model"
        let configuration = try JSONDecoder().decode(
          Configuration.self, from: Data(contentsOf: URL(filePath: "\(folder)/\(name)/config.json")))
        return (configuration, try Safetensors(path: "\(folder)/\(name)/\(file).safetensors"))
      }
      let (configuration, file) = try read("unet", UNetConfiguration.self)
      unet = try UNet2DConditionModel(configuration, ParameterStore(file: file, dtype: .float32, device: .cpu))
      textEncoders = []
      for (name, component) in [("text_encoder", LoRAComponent.textEncoder), ("text_encoder_2", .textEncoder2)]
      where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
        let (configuration, file) = try read(name, CLIPTextConfiguration.self)
        let store = ParameterStore(
          file: file, dtype: .float32, device: .cpu, renaming: CLIPTextModel.presentName)
        textEncoders.append((name, component, try CLIPTextModel(configuration, store)))
      }
    }

    var adapterSet: AdapterSet {
      AdapterSet(
        [(.unet, unet.store.layers)] + textEncoders.map { ($0.component, $0.model.store.layers) },
        names: unet.configuration.sgmNames)
    }

    func outputs(_ given: Safetensors, of components: [String]) throws -> [(String, Tensor)] {
      try noGrad {
        var outputs: [(String, Tensor)] = []
        if components.contains("unet") {
          func optional(_ name: String) throws -> Tensor? {
            given.contains(name) ? try given.tensor(named: name) : nil
          }
          let conditioning = Conditioning(
            context: try given.tensor(named: "context"), pooled: try optional("pooled"),
            timeIDs: try optional("time_ids"))
          outputs.append(
            (
              "unet",
              try unet.forward(
                given.tensor(named: "sample"), timesteps: given.tensor(named: "timesteps"), conditioning: conditioning)
            ))
        }
        for (name, component, model) in textEncoders where components.contains(name) {
          let output = try model.forward(given.tensor(named: "ids"))
          outputs.append((name, output.penultimateHiddenState))
          if component == .textEncoder2 { outputs.append(("\(name).pooled", output.pooled)) }
        }
        return outputs
      }
    }
  }

  @Test("every case is applied, and written in every layout")
  func cases() throws {
    let folder = try #require(acceptanceFolder)
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(filePath: "\(folder)/cases.json")))
    for one in cases {
      let networks = try Networks(folder: "\(folder)/\(one.family)")
      let given = try Safetensors(path: "\(folder)/\(one.family)/inputs.safetensors")
      let source = try Safetensors(path: "\(folder)/\(one.name).safetensors")
      let set = networks.adapterSet
      let report = try set.attach(LoRAFile(path: source.path), name: "lora")
      #expect(report.unmatched.isEmpty)
      try Safetensors.write(
        networks.outputs(given, of: one.components), to: "\(folder)/\(one.name).output.safetensors")

      var metadata = LoRAMetadata()
      metadata.family = one.family == "sdxl" ? .stableDiffusionXL : .stableDiffusion1
      let attached = report.matched.map { (key: PublishedNetworks.presentKey($0), layer: set[$0]) }
        .compactMap { member in member.layer?.adapters.first.map { (key: member.key, adapter: $0) } }
      let trained = try LoRAWriter.serialize(
        attached, metadata: metadata, names: networks.unet.configuration.sgmNames, dtype: .float32)
      try Data(trained).write(to: URL(filePath: "\(folder)/\(one.name).trained.safetensors"))

      let contents = try LoRAContents(source.header)
      for format in [LoRAFormat.kohya, .peft, .diffusers] {
        let conversion = try LoRAConversion(contents, metadata: source.metadata, to: format) { name in
          try source.tensor(named: name).item()
        }
        var bytes = conversion.header
        for part in conversion.sources {
          switch part {
          case .bytes(let own): bytes += own
          case .tensor(let name): bytes += try source.tensor(named: name).bytes()
          }
        }
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(one.name).\(format.rawValue).safetensors"))
      }
    }
  }

  @Test("the full-size families' layers are listed under kohya's names")
  func names() throws {
    let folder = try #require(acceptanceFolder)
    for family in [ModelFamily.stableDiffusion1, .stableDiffusionXL] {
      let networks = PublishedNetworks.of(family)
      var names: [String: [Int]] = [:]
      for (key, layer) in networks.layers where !layer.path.contains("text_projection") {
        let written = family.isXL ? networks.sgmNames.sgmKey(key) : key
        names[KohyaLayout.tensorName(written, .down, twoTextEncoders: family.isXL)] = [layer.inputs, layer.kernel]
      }
      try JSONEncoder().encode(names).write(to: URL(filePath: "\(folder)/names-\(family.rawValue).json"))
    }
  }
}
