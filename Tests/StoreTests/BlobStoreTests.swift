import Foundation
import Testing

@testable import Store

@Suite("Blobs")
struct BlobStoreTests {
  let directory: TemporaryDirectory
  let blobs: BlobStore

  init() throws {
    directory = try TemporaryDirectory()
    blobs = try BlobStore(root: directory.path)
  }

  /// SHA-256 of "abc" (FIPS 180-4, appendix B.1).
  static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("a blob is named by the SHA-256 of its bytes, however they were cut into pieces")
  func naming() async throws {
    let writer = try await blobs.makeWriter(limit: 10)
    for piece in ["a", "", "bc"] { try await writer.append(Array(piece.utf8)) }
    let hold = try await writer.commit()
    #expect(hold.digest.hex == Self.abc)
    #expect(hold.count == 3)
    #expect(directory.files == ["ba/\(Self.abc)"])
    #expect(try await blobs.bytes(of: hold.digest, limit: 3) == Array("abc".utf8))
  }

  @Test("equal bytes are one blob")
  func deduplication() async throws {
    let first = try await blobs.write(Array("abc".utf8))
    let second = try await blobs.write(Array("abc".utf8))
    #expect(first.digest == second.digest)
    #expect(directory.files.count == 1)
  }

  @Test("a wrong digest or length stores nothing")
  func mismatch() async throws {
    let other = try #require(Digest(hex: String(repeating: "0", count: 64)))
    let first = try await blobs.makeWriter(limit: 10)
    try await first.append([1, 2])
    await #expect(throws: StoreError.self) { try await first.commit(expecting: other) }
    let second = try await blobs.makeWriter(limit: 10)
    try await second.append([1, 2])
    await #expect {
      try await second.commit(count: 3)
    } throws: { error in
      if case .dataLoss(let why) = error as? StoreError { why.contains("2 bytes but 3") } else { false }
    }
  }

  @Test("bytes over the limit are refused before they are written")
  func limit() async throws {
    let writer = try await blobs.makeWriter(limit: 4)
    try await writer.append([1, 2, 3])
    await #expect(throws: StoreError.tooLarge(limit: 4)) { try await writer.append([4, 5]) }
    #expect(writer.count == 3)
  }

  @Test("a writer that is dropped leaves no file")
  func abandoned() async throws {
    do {
      let writer = try await blobs.makeWriter(limit: 10)
      try await writer.append([1, 2, 3])
      #expect(directory.files.count == 1)
    }
    #expect(directory.files.isEmpty)
  }

  @Test("opening the store clears what an earlier process left half-written")
  func leftovers() async throws {
    try Data([1]).write(to: URL(fileURLWithPath: "\(directory.path)/temporary/half"))
    _ = try BlobStore(root: directory.path)
    #expect(directory.files.isEmpty)
  }

  @Test("a reader goes on reading a blob that is deleted meanwhile")
  func deletedWhileRead() async throws {
    let digest: Digest
    do { digest = try await blobs.write(Array("abcdef".utf8)).digest }
    let reader = try blobs.reader(of: digest)
    #expect(blobs.removeUnlessHeld(digest))
    #expect(!blobs.contains(digest))
    #expect(try await reader.read(at: 2, count: 100) == Array("cdef".utf8))
    #expect(throws: StoreError.self) { try blobs.reader(of: digest) }
  }

  @Test("a held blob is not removed until every hold is gone")
  func holds() async throws {
    let first = try await blobs.write([7])
    let second = try await blobs.write([7])
    first.release()
    first.release()
    #expect(!blobs.removeUnlessHeld(first.digest))
    second.release()
    #expect(blobs.removeUnlessHeld(first.digest))
  }

  @Test("a disk without room is told apart from other faults", .enabled(if: access("/dev/full", W_OK) == 0))
  func fullDisk() throws {
    let descriptor = try POSIXFile.open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    #expect {
      try [UInt8](repeating: 1, count: 10).withUnsafeBytes { bytes in
        try POSIXFile.writeAll(descriptor, bytes, path: "/dev/full")
      }
    } throws: { error in
      if case .diskFull = error as? StoreError { true } else { false }
    }
  }

  @Test("only 64 hexadecimal digits are a digest, so that no digest can leave the folder", arguments: [
    "", "../../etc/passwd", String(repeating: "g", count: 64), String(repeating: "a", count: 63),
    String(repeating: "é", count: 32),
  ])
  func malformedDigest(text: String) {
    #expect(Digest(hex: text) == nil)
  }

  @Test("a digest in capitals is the same digest")
  func capitals() {
    #expect(Digest(hex: Self.abc.uppercased())?.hex == Self.abc)
  }
}
