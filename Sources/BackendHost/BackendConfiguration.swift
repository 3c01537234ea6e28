import RPC
import Torch

/// One backend process: what it does, on what, and for whom.
package struct BackendConfiguration: Sendable {
  package enum Role: String, Sendable, CaseIterable {
    case training, sampling
  }

  /// The numbers that the networks compute in.
  package enum Precision: String, Sendable, CaseIterable {
    case float32, bfloat16, float16

    var dtype: DType {
      switch self {
      case .float32: .float32
      case .bfloat16: .bfloat16
      case .float16: .float16
      }
    }
  }

  package var role: Role
  package var service: RPCAddress
  /// How the connection to the service is secured; nil on its own machine.
  package var tls: RPCClient.TLS?
  /// Unique among the backends of the service.
  package var id: String
  package var device: Device
  package var precision = Precision.float32
  /// Threads that one CPU operation is cut into; nil: as suits the model.
  package var threads: Int?
  /// For checkpoints in diffusers folders, downloads and training checkpoints. Emptied at the start: see `WorkFolder`.
  package var workFolder: String
  /// What a sampling backend may use for models, adapters and pictures, in bytes; nil: half of the machine's memory,
  /// or nine tenths of what is free on a GPU at the start (`MemoryBudget`).
  package var memoryBytes: Int?
  /// Images that go through the U-Net together; nil: one on the CPU, several elsewhere, which is faster there and
  /// rounds otherwise.
  package var imagesPerBatch: Int?
  /// Whether LoRAs become part of the weights while a generation has its turn: faster steps, other last bits.
  package var mergesAdapters = false
  /// Generations that a sampling backend works on at once: they take turns.
  package var samplingSlots = 4
  /// Downloads that are kept, in bytes.
  package var downloadBytes = 20 << 30
  /// How long the service may be away before the backend gives up.
  package var patience: Duration = .seconds(600)
  package var version = "0.1.0"

  package init(role: Role, service: RPCAddress, id: String, device: Device, workFolder: String) {
    self.role = role
    self.service = service
    self.id = id
    self.device = device
    self.workFolder = workFolder
  }
}
