import Foundation
import ModelFiles
import Torch

/// Writes trained adapters as a LoRA file in kohya's layout.
package enum LoRAWriter {
  /// The file's bytes.
  ///
  /// The adapters' own scale is multiplied into the matrices and alpha is written equal to the rank: programs disagree
  /// on what a missing or odd alpha means, and none can get this one wrong. Where ranks differ, alpha is the most
  /// frequent one on every layer, for diffusers gives many layers of a kohya file one alpha whatever they have. The XL
  /// family's U-Net has the original code's names, as kohya's own files have.
  ///
  /// - Parameters:
  ///   - adapters: in the order they are to be written.
  ///   - names: how the original code would name the U-Net's layers; nil: as diffusers does, which loaders know too.
  ///   - dtype: of the matrices and of alpha.
  /// - Throws: `LoRAError.notFinite` for matrices that are not finite, or do not stay so in `dtype`.
  package static func serialize(
    _ adapters: [(key: LoRAKey, adapter: LowRankAdapter)], metadata: LoRAMetadata, names: SGMNames? = SGMNames(),
    dtype: DType = .float16
  ) throws(LoRAError) -> [UInt8] {
    let twoTextEncoders = metadata.family == .stableDiffusionXL
    var tensors: [(String, Tensor)] = []
    var broken: [String] = []
    let alpha = commonRank(adapters.map(\.adapter.rank))
    for (layer, adapter) in adapters {
      let key = twoTextEncoders ? names?.sgmKey(layer) ?? layer : layer
      func name(_ part: LoRAPart) -> String {
        KohyaLayout.tensorName(key, part, twoTextEncoders: twoTextEncoders)
      }
      do throws(TorchError) {
        let scale = adapter.scale * Double(adapter.rank) / Double(alpha), half = halfScale(scale)
        let down = try (adapter.down.detach() * half).to(dtype: dtype)
        let up = try (adapter.up.detach() * (scale / half)).to(dtype: dtype)
        // Without a limit on the gradients' norm, those of a tune's last step are looked at nowhere else.
        let isFinite = try [down.isFiniteAll, up.isFiniteAll]
        if isFinite.contains(false) { broken.append(key.description) }
        tensors.append((name(.alpha), try Tensor([Float(alpha)], shape: []).to(dtype: dtype)))
        tensors.append((name(.down), down))
        tensors.append((name(.up), up))
        if let magnitudes = adapter.magnitudes {
          let kernel = Array(repeating: 1, count: adapter.down.rank - 2), count = magnitudes.values.count
          let values = try magnitudes.values.detach().to(dtype: dtype)
            .reshape((magnitudes.perOutput ? [count, 1] : [1, count]) + kernel)
          if try !values.isFiniteAll { broken.append(key.description) }
          tensors.append((name(.doraScale), values))
        }
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

  /// What `down` takes of a scale: about its square root, so that neither matrix leaves the numbers that float16 holds
  /// in full when alpha is far below the rank. A power of two, which costs no bits.
  private static func halfScale(_ scale: Double) -> Double {
    scale != 0 && scale.isFinite ? exp2((log2(abs(scale)) / 2).rounded()) : 1
  }

  /// The most frequent one, the smallest of those.
  private static func commonRank(_ ranks: [Int]) -> Int {
    var counts: [Int: Int] = [:]
    for rank in ranks { counts[rank, default: 0] += 1 }
    return max(counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 1, 1)
  }

  /// A1111's old short hash: of 64 KiB at 1 MiB of the file that has only kohya's metadata, nothing if it is shorter.
  private static func legacyHash(_ bytes: [UInt8]) -> String {
    let start = min(0x100000, bytes.count), end = min(start + 0x10000, bytes.count)
    return String(SHA256Hex.of(bytes[start..<end]).prefix(8))
  }
}
