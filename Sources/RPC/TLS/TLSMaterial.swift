internal import HTTP2
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The certificates of one end, in the form that connections use, kept up to date with their files.
final class TLSMaterial: Sendable {
  private let role: HTTP2Role
  private let credentials: TLSCredentials?
  private let verification: Verification
  private let logger: Logger

  enum Verification: Sendable {
    case none
    case ifShown(TLSTrust)
    case required(TLSTrust)

    fileprivate var trust: TLSTrust? {
      switch self {
      case .none: nil
      case .ifShown(let trust), .required(let trust): trust
      }
    }
  }

  private struct State {
    var context: TLSContext?
    /// Of the last attempt to load the files, whatever came of it.
    var versions: [PEMFile.Version?] = []
  }
  private let state = Mutex(State())
  /// One at a time loads the files.
  private let loading = Mutex(())

  init(role: HTTP2Role, credentials: TLSCredentials?, verification: Verification, logger: Logger) {
    self.role = role
    self.credentials = credentials
    self.verification = verification
    self.logger = logger
  }

  /// What was loaded last.
  var current: TLSContext? { state.withLock { $0.context } }

  /// Loads the files if they were not loaded, or have changed. Blocks.
  ///
  /// - Throws: when there is nothing to go on with: a failure later on is only logged, and what was loaded before kept.
  func refresh() throws(TLSSettingsError) -> TLSContext {
    try loading.withLock { _ throws(TLSSettingsError) in
      let (context, versions) = state.withLock { ($0.context, $0.versions) }
      guard let context else { return try load() }
      guard versions != files.map({ PEMFile.Version($0) }) else { return context }
      do {
        let new = try load()
        logger.info("reloaded the TLS certificates", metadata: ["files": "\(files.joined(separator: ", "))"])
        return new
      } catch {
        logger.error("the changed TLS files are no good; the old certificates stay", metadata: ["error": "\(error)"])
        return context
      }
    }
  }

  /// Loads the files whether they have changed or not. Blocks.
  ///
  /// - Throws: when they are no good; what was loaded before is kept.
  func reload() throws(TLSSettingsError) {
    _ = try loading.withLock { _ throws(TLSSettingsError) in try load() }
  }

  /// `refresh()`, off the event loops.
  func refreshed(on loop: any EventLoop) -> EventLoopFuture<TLSContext> {
    NIOThreadPool.singleton.runIfActive(eventLoop: loop) { try self.refresh() }
  }

  // Versions first: a file that changes while it is read is read once more.
  private func load() throws(TLSSettingsError) -> TLSContext {
    let versions = files.map { PEMFile.Version($0) }
    state.withLock { $0.versions = versions }
    let context: TLSContext
    do throws(TLSSettingsError) {
      context = try TLSContext(role: role, settings: settings())
    } catch {
      // What could not be read may be readable later without having changed: its owner was wrong, or files ran out.
      if case .unreadable = error { state.withLock { $0.versions = [] } }
      throw error
    }
    state.withLock { $0.context = context }
    if context.isOutOfDate {
      logger.warning(
        "the TLS certificate is not valid now; its end or its beginning, or this machine's clock, is wrong",
        metadata: ["files": "\(files.joined(separator: ", "))"])
    }
    return context
  }

  private var files: [String] {
    var sources: [PEMSource] = []
    if let credentials { sources += [credentials.certificateChain, credentials.privateKey] }
    if case .authorities(let source)? = verification.trust { sources.append(source) }
    return sources.compactMap { if case .file(let path) = $0 { path } else { nil } }
  }

  private func settings() throws(TLSSettingsError) -> TLSSettings {
    var own: TLSSettings.Credentials?
    if let credentials {
      own = TLSSettings.Credentials(
        certificateChain: try text(credentials.certificateChain, "the certificate chain"),
        privateKey: try text(credentials.privateKey, "the private key"))
    }
    let verification: TLSSettings.Verification =
      switch verification {
      case .none: .none
      case .ifShown(let trust): .ifShown(try settings(trust))
      case .required(let trust): .required(try settings(trust))
      }
    return TLSSettings(credentials: own, verification: verification)
  }

  private func settings(_ trust: TLSTrust) throws(TLSSettingsError) -> TLSSettings.Trust {
    switch trust {
    case .system: .system
    case .authorities(let source): .authorities(try text(source, "the trusted authorities"))
    }
  }

  private func text(_ source: PEMSource, _ role: String) throws(TLSSettingsError) -> TLSSettings.PEMText {
    switch source {
    case .file(let path): TLSSettings.PEMText(bytes: try PEMFile.read(path), origin: path)
    case .text(let text): TLSSettings.PEMText(bytes: Array(text.utf8), origin: role)
    }
  }
}
