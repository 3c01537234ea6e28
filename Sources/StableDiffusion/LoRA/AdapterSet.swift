import ModelFiles
import Torch

/// The layers of a checkpoint that adapters can be hung on, found by key.
///
/// An adapter is added to a layer's output in its forward pass and the layer's weight is never written, so removing
/// it gives back the very same model, and any number can be stacked.
package final class AdapterSet {
  private let layers: [LoRAKey: any AdaptableLayer]
  private let names: SGMNames?

  /// - Parameters:
  ///   - networks: each network's layers, with paths as in its own weights file.
  ///   - names: how the original code would name the U-Net's layers: files of the XL family do. nil: it has none.
  package init(_ networks: [(component: LoRAComponent, layers: [any AdaptableLayer])], names: SGMNames?) {
    var layers: [LoRAKey: any AdaptableLayer] = [:]
    for (component, members) in networks {
      for layer in members { layers[LoRAKey(component: component, path: layer.path)] = layer }
    }
    self.layers = layers
    self.names = names
  }

  package subscript(key: LoRAKey) -> (any AdaptableLayer)? {
    if let layer = layers[key] { return layer }
    guard key.component == .unet, let name = names?.diffusersLayer(key.layer) else { return nil }
    return layers[LoRAKey(component: .unet, layer: name)]
  }

  /// What became of a file's layers.
  package struct Report: Sendable, Equatable {
    package var matched: [LoRAKey]
    package var unmatched: [LoRAKey]
    /// Names of tensors that belong to no layer.
    package var unknown: [String] = []
  }

  /// Hangs a file's updates on the layers they belong to.
  ///
  /// - Parameters:
  ///   - name: to detach it by; the caller keeps names apart.
  ///   - weight: what the update is multiplied with; 1 is as trained, 0 is nothing.
  ///   - rows: the rows of a batch that it acts on; nil: all.
  ///   - allowingUnmatched: whether layers that the checkpoint lacks are left out instead of refused.
  /// - Throws: before anything is attached.
  @discardableResult
  package func attach(
    _ file: LoRAFile, name: String, weight: Double = 1, rows: [Range<Int>]? = nil, allowingUnmatched: Bool = false
  ) throws(LoRAError) -> Report {
    try attach(
      try prepare(file, allowingUnmatched: allowingUnmatched), name: name, weight: weight, rows: rows)
  }

  /// As of a file; what was prepared for this checkpoint is attached without reading or converting anything again.
  @discardableResult
  package func attach(
    _ prepared: PreparedAdapter, name: String, weight: Double = 1, rows: [Range<Int>]? = nil
  ) throws(LoRAError) -> Report {
    guard weight.isFinite else { throw .invalidScale(layer: name) }
    var attachments: [(any AdaptableLayer, LowRankAdapter)] = []
    for member in prepared.members {
      do throws(TorchError) {
        attachments.append((member.layer, try member.adapter(name: name, weight: weight, rows: rows)))
      } catch {
        throw .torch(error)
      }
    }
    for (layer, adapter) in attachments { layer.adapters.append(adapter) }
    return prepared.report
  }

  /// A file's matrices in the types and shapes of the layers they belong to.
  ///
  /// - Throws: for what does not fit the checkpoint.
  package func prepare(_ file: LoRAFile, allowingUnmatched: Bool = false) throws(LoRAError) -> PreparedAdapter {
    var report = Report(matched: [], unmatched: [], unknown: file.unknown)
    var members: [PreparedAdapter.Member] = []
    var seen: Set<ObjectIdentifier> = []
    for layer in file.layers {
      guard let target = self[layer.key] else {
        report.unmatched.append(layer.key)
        continue
      }
      guard seen.insert(ObjectIdentifier(target)).inserted else {
        throw .repeatedLayer(path: file.path, layer: target.path)
      }
      members.append(try PreparedAdapter.Member(layer, for: target))
      report.matched.append(layer.key)
    }
    guard !report.matched.isEmpty, report.unmatched.isEmpty || allowingUnmatched else {
      throw .unmatchedLayers(
        path: file.path, layers: report.unmatched.map(\.description), matched: report.matched.count)
    }
    return PreparedAdapter(members: members, report: report)
  }

  /// Takes every update of this name off.
  package func detach(name: String) {
    if layers.values.contains(where: { $0.merged?.adapters.contains { $0.name == name } ?? false }) { unmerge() }
    for layer in layers.values where layer.adapters.contains(where: { $0.name == name }) {
      layer.adapters.removeAll { $0.name == name }
    }
  }

  /// Lets the updates of this name act on these rows of a batch only, or on all; on none with an empty list.
  package func place(name: String, rows: [Range<Int>]?) {
    for layer in layers.values {
      for adapter in layer.adapters where adapter.name == name { adapter.rows = rows }
    }
  }

  // MARK: Merging

  /// Adds the updates of these names to copies of the weights, computed in float32, which are used in the weights'
  /// place: a forward pass then costs what it does without adapters, and memory the adapted layers' weights once more.
  /// The weights themselves stay as they are.
  ///
  /// What is merged acts on every row, wherever it was placed. The output differs from that of adapters that are not
  /// merged by rounding.
  package func merge(names: [String]) throws(LoRAError) {
    unmerge()
    do throws(TorchError) {
      for layer in layers.values {
        let members = layer.adapters.filter { names.contains($0.name) }
        guard !members.isEmpty else { continue }
        layer.merged = try noGrad { () throws(TorchError) in try layer.merging(members) }
        layer.adapters.removeAll { adapter in members.contains { $0 === adapter } }
      }
    } catch {
      unmerge()
      throw .torch(error)
    }
  }

  /// Puts the weights back, and the adapters that were merged beside them.
  package func unmerge() {
    for layer in layers.values {
      guard let merged = layer.merged else { continue }
      layer.merged = nil
      layer.adapters = merged.adapters + layer.adapters
    }
  }
}

extension AdaptableLayer {
  fileprivate func merging(_ adapters: [LowRankAdapter]) throws(TorchError) -> MergedWeight {
    var sum = try weight.detach().to(dtype: .float32)
    for adapter in adapters where adapter.scale != 0 { sum = try sum + adapter.update(of: weight) }
    return MergedWeight(weight: try sum.to(dtype: weight.dtype), adapters: adapters)
  }
}
