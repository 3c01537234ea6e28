import LorikeetAPI
import RPC
import Store

/// The assets that a new job names, and what is wrong with the references, field by field.
struct AssetReferences {
  private(set) var missing = Violations()
  private(set) var unusable = Violations()

  /// Why an asset cannot be used as this kind of input, or `nil`.
  static func fault(_ asset: Asset, kind: AssetKind) -> String? {
    if asset.kind != kind { return "“\(asset.name)” is a \(describe(asset.kind)), not a \(describe(kind))" }
    if asset.state != .ready { return "“\(asset.name)” is not ready: \(asset.stateReason)" }
    return nil
  }

  static func describe(_ kind: AssetKind) -> String {
    switch kind {
    case .image: "picture"
    case .checkpoint: "checkpoint"
    case .lora: "LoRA"
    case .vae: "VAE"
    case .textualInversion: "textual inversion"
    case .file: "plain file"
    case .safetyChecker: "safety checker"
    case .unspecified, .unrecognized: "file of an unknown kind"
    }
  }

  static func absence(_ name: String) -> String {
    "asset “\(name)” does not exist; upload it first, or see ListAssets"
  }

  mutating func addMissing(_ field: String, _ description: String) { missing.add(field, description) }

  /// Looks one reference up; the fault is noted and `nil` answered where it cannot be used.
  mutating func resolve(_ name: String, kind: AssetKind, field: String, in found: [String: Asset]) -> Asset? {
    guard let asset = found[name] else {
      missing.add(field, Self.absence(name))
      return nil
    }
    if let fault = Self.fault(asset, kind: kind) {
      unusable.add(field, fault)
      return nil
    }
    return asset
  }

  /// Notes an asset that is there, but cannot be used in this place.
  mutating func addUnusable(_ field: String, _ description: String) { unusable.add(field, description) }

  /// Ends the call if any reference, or any field, is wrong.
  /// - Throws: `INVALID_ARGUMENT` when fields are wrong (references are named too then), else `NOT_FOUND`, else
  ///   `FAILED_PRECONDITION`.
  func check(with fields: Violations) throws(RPCError) {
    var all = fields
    all.add(contentsOf: missing)
    all.add(contentsOf: unusable)
    if all.isEmpty { return }
    throw all.error(!fields.isEmpty ? .invalidArgument : !missing.isEmpty ? .notFound : .failedPrecondition)
  }
}
