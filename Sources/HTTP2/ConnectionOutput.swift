internal import CNghttp2

/// Bytes out.
extension HTTP2Connection {
  package var wantsWrite: Bool { pendingChunk != nil || nghttp2_session_want_write(session) != 0 }
  /// False once the connection is over: a fatal error, or GOAWAY and no stream left.
  package var wantsRead: Bool { nghttp2_session_want_read(session) != 0 }
  package var openStreamCount: Int { streams.count }

  /// Fills `buffer` with as many frames as there are and fit; call again with a fresh buffer while `wantsWrite`.
  ///
  /// - Parameter buffer: at least `minimumOutput` bytes.
  /// - Returns: the bytes written; 0 when there is nothing to send (or windows are shut).
  package func produce(into buffer: UnsafeMutableRawBufferPointer) throws(HTTP2ConnectionError) -> Int {
    precondition(buffer.count >= Self.minimumOutput, "an output buffer must hold a whole frame")
    outputIsTaken()
    outputBase = buffer.baseAddress
    outputLimit = buffer.count
    outputCursor = 0
    outputPaused = false
    defer { outputBase = nil }

    if let chunk = pendingChunk {
      pendingChunk = nil
      copyOut(chunk)
    }
    repeat {
      while !outputPaused {
        var pointer: UnsafePointer<UInt8>?
        let count = nghttp2_session_mem_send(session, &pointer)
        guard count >= 0 else { throw .library(describe(Int32(truncatingIfNeeded: count))) }
        guard count > 0, let pointer else { break }
        let chunk = UnsafeRawBufferPointer(start: pointer, count: count)
        // The chunk stays valid until the next mem_send, so it can wait for the next buffer.
        if count > outputLimit - outputCursor {
          pendingChunk = chunk
          return outputCursor
        }
        copyOut(chunk)
      }
    } while !outputPaused && (refuseRestOfEndedStreams() || resetUnsendableStreams())
    return outputCursor
  }

  /// One full DATA or HEADERS frame with its 9-byte header.
  package static let minimumOutput = 16_384 + 9

  private func copyOut(_ chunk: UnsafeRawBufferPointer) {
    guard let outputBase, let source = chunk.baseAddress else { return }
    (outputBase + outputCursor).copyMemory(from: source, byteCount: chunk.count)
    outputCursor += chunk.count
  }

  /// RFC 9113 §8.1: a server that has answered in full before the request ended asks for no more of it with
  /// RST_STREAM(NO_ERROR). It must leave after the END_STREAM, hence only once that frame was sent.
  private func refuseRestOfEndedStreams() -> Bool {
    guard !endedEarly.isEmpty else { return false }
    for stream in endedEarly where !stream.isClosed && !stream.remoteEnded {
      submitReset(stream, .noError)
    }
    endedEarly.removeAll(keepingCapacity: true)
    return true
  }

  private func resetUnsendableStreams() -> Bool {
    guard !unsendable.isEmpty else { return false }
    for stream in unsendable where !stream.isClosed {
      stream.isFinished = true
      stream.outbound.removeAll()
      submitReset(stream, .internalError)
    }
    unsendable.removeAll()
    return true
  }
}
