import LorikeetAPI
import RPC

/// Follows a tune: a progress bar or plain lines for people, a JSON line for each message for scripts.
struct TuneWatch {
  let options: ServerOptions
  var console: Console = .output

  /// Watches to the end and returns the tune as it ended.
  func follow(_ name: String) async throws -> Tune {
    let display = ProgressDisplay(console)
    var shown = Shown()
    do {
      return try await options.withServer { server in
        try await Reconnecting().run { error in
          if !options.json {
            display.show(ProgressLine(label: "connection lost, trying again", facts: [error.message.printable]))
          }
        } _: { heard in
          let messages = try await server.tunes.watchTune(
            .with { ($0.tune, $0.afterSequence) = (name, shown.sequence) })
          for try await message in messages {
            heard()
            if options.json { console.line(JSON(message).text(pretty: false)) }
            if let ended = shown.take(message, display: options.json ? nil : display) { return ended }
          }
          throw RPCError(.unavailable, "the server ended the stream before the tune had ended")
        }
      }
    } catch {
      display.finish()
      if Task.isCancelled {
        Console.error.line(
          "Stopped watching; the tune goes on. `lorikeet tunes watch \(name.printable)` follows it again.")
      }
      throw error
    }
  }

  /// What has been shown so far.
  struct Shown {
    private(set) var sequence: Int64 = 0
    private var state: JobState = .unspecified

    /// Shows one message. Returns the tune when it has ended.
    mutating func take(_ message: WatchTuneResponse, display: ProgressDisplay?) -> Tune? {
      switch message.payload {
      case .snapshot(let tune):
        sequence = max(sequence, tune.lastSequence)
        return take(tune, display)
      case .event(let event):
        sequence = max(sequence, event.sequence)
        switch event.payload {
        case .state(let tune): return take(tune, display)
        case .progress(let progress): display?.show(TuneView.progressLine(progress))
        case .preview(let preview):
          display?.note("preview at step \(preview.step): \(preview.asset.printable)  \(preview.prompt.printable)")
        case .warning(let text): display?.note("warning: \(text.printable)")
        case nil: break
        }
      case nil: break
      }
      return nil
    }

    private mutating func take(_ tune: Tune, _ display: ProgressDisplay?) -> Tune? {
      defer { state = tune.state }
      switch tune.state {
      case .pending:
        if state == .running { display?.note("the backend was lost; the tune goes on from its last checkpoint") }
        display?.show(ProgressLine(label: "waiting for a backend"))
      case .running:
        if let progress = tune.progress, progress.step > 0 {
          display?.show(TuneView.progressLine(progress))
        } else {
          display?.show(ProgressLine(label: "preparing"))
        }
      case .succeeded:
        if let progress = tune.progress { display?.show(TuneView.progressLine(progress)) }
        display?.finish()
        if let result = tune.result {
          for image in result.rejectedImages {
            display?.note("warning: \(image.asset.printable) was not used: \(image.reason.printable)")
          }
          display?.note("lora: \(result.loraAsset.printable)")
        }
        return tune
      default:
        display?.finish()
        return tune.state.isFinal ? tune : nil
      }
      return nil
    }
  }
}
