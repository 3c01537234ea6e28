import ModelFiles
import Torch

/// Writes trained adapters as a LoRA file in kohya's layout.
package enum LoRAWriter {
  /// The file's bytes.
  ///
  /// The adapters' own scale is multiplied into `up` and alpha is written equal to the rank: programs disagree on what
  /// a missing or odd alpha means, and none can get this one wrong.
  ///
  /// - Parameters:
  ///   - adapters: in the order they are to be written.
  ///   - dtype: of the matrices and of alpha.
  /// - Throws: `LoRAError.notFinite` for matrices that are not finite, or do not stay so in `dtype`.
  package static func serialize(
    _ adapters: [(key: LoRAKey, adapter: LowRankAdapter)], metadata: LoRAMetadata, dtype: DType = .float16
  ) throws(LoRAError) -> [UInt8] {
    let twoTextEncoders = metadata.family == .stableDiffusionXL
    var tensors: [(String, Tensor)] = []
    var broken: [String] = []
    for (key, adapter) in adapters {
      func name(_ part: LoRAPart) -> String {
        KohyaLayout.tensorName(key, part, twoTextEncoders: twoTextEncoders)
      }
      do throws(TorchError) {
        let down = try adapter.down.detach().to(dtype: dtype)
        let scaled = try adapter.up.detach() * adapter.scale
        let up = try scaled.to(dtype: dtype)
        // Without a limit on the gradients' norm, those of a tune's last step are looked at nowhere else.
        let isFinite = try [down.isFiniteAll, up.isFiniteAll]
        if isFinite.contains(false) { broken.append(key.description) }
        tensors.append((name(.alpha), try Tensor([Float(adapter.rank)], shape: []).to(dtype: dtype)))
        tensors.append((name(.down), down))
        tensors.append((name(.up), up))
      } catch {
        throw .torch(error)
      }
    }
    guard broken.isEmpty else { throw .notFinite(layers: broken) }
    do {
      let kohya = metadata.kohyaEntries
      let plain = try Safetensors.serialize(tensors, metadata: kohya)
      let hash = SHA256Hex.of(plain.bytes[plain.dataOffset...])
      var entries = kohya.merging(metadata.modelspecEntries) { old, _ in old }
      entries["sshs_model_hash"] = hash
      entries["sshs_legacy_hash"] = legacyHash(plain.bytes)
      entries["modelspec.hash_sha256"] = "0x\(hash)"
      return try Safetensors.serialize(tensors, metadata: entries).bytes
    } catch {
      throw .file(error)
    }
  }

  /// A1111's old short hash: of 64 KiB at 1 MiB of the file that has only kohya's metadata, nothing if it is shorter.
  private static func legacyHash(_ bytes: [UInt8]) -> String {
    let start = min(0x100000, bytes.count), end = min(start + 0x10000, bytes.count)
    return String(SHA256Hex.of(bytes[start..<end]).prefix(8))
  }
}
