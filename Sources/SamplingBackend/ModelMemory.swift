/// What is loaded on the device, kept by content within a budget of bytes. What was not used for longest goes first;
/// what a request uses stays.
///
/// A request reserves all that it needs at once, or waits: two requests that each held half of what they need would
/// wait for each other for ever.
final class ModelMemory {
  /// A thing that can be loaded, equal where its content is.
  enum Key: Hashable {
    case checkpoint(String)
    /// In place of a checkpoint's own.
    case vae(String, checkpoint: String)
    case safetyChecker(String)
    /// In the types of a checkpoint's layers.
    case lora(String, checkpoint: String)
  }

  private final class Entry {
    let key: Key
    let value: AnyObject
    let bytes: Int

    init(_ key: Key, _ value: AnyObject, bytes: Int) {
      (self.key, self.value, self.bytes) = (key, value, bytes)
    }
  }

  /// What one request may use until it lets go of this.
  final class Reservation {
    private unowned let memory: ModelMemory

    fileprivate init(_ memory: ModelMemory) {
      self.memory = memory
    }

    /// The thing, loaded when it is not there yet.
    ///
    /// - Parameter load: makes it, and says what it takes.
    func value<Value: AnyObject>(_ key: Key, load: () throws -> (Value, bytes: Int)) throws -> Value {
      try memory.value(key, load: load)
    }
  }

  /// What a request holds or may come to need, besides what is loaded for it.
  private struct Claim {
    let keys: Set<Key>
    let activations: Int
    let copies: [Key: Int]
  }

  private let budget: Int
  /// nil where other programs do not count.
  private let room: DeviceRoom?
  /// Whether the device has got back what is kept unused since anything was last let go of.
  private var hasGivenBack = false
  /// Most recently used last.
  private var entries: [Entry] = []
  private var claims: [ObjectIdentifier: Claim] = [:]

  init(budget: Int, room: DeviceRoom? = nil) {
    self.budget = budget
    self.room = room
  }

  /// Digests of the loaded checkpoints, the last used one last.
  var checkpoints: [String] {
    entries.compactMap { if case .checkpoint(let digest) = $0.key { digest } else { nil } }
  }

  /// What is there already.
  func loaded<Value: AnyObject>(_ key: Key) -> Value? { entries.first { $0.key == key }?.value as? Value }

  /// Takes the room that a request needs, giving up what nobody uses.
  ///
  /// - Parameters:
  ///   - parts: what it loads, and what that takes where it is not loaded yet.
  ///   - activations: what computing takes beside them. One step is computed at a time, of one request or of several
  ///     that share a call of the same size: of all requests the largest counts.
  ///   - copies: what is made of a part beside it and stays between steps, such as weights with LoRAs merged into them.
  ///     A part has those of one request at a time: of each part the largest counts.
  /// - Returns: nil while other requests use too much: then nothing has changed.
  /// - Throws: `SamplingError.tooLarge` for what will never fit.
  func reserve(
    _ parts: [(key: Key, bytes: Int)], activations: Int, copies: [Key: Int] = [:]
  ) throws(SamplingError) -> Reservation? {
    let claim = Claim(keys: Set(parts.map(\.key)), activations: activations, copies: copies)
    let keys = claim.keys
    var wanted: [Key: Int] = [:]
    for (key, bytes) in parts { wanted[key] = entries.first { $0.key == key }?.bytes ?? bytes }
    let own = wanted.values.reduce(0, Self.sum)
    let alone = Self.sum(own, Self.working([claim]))
    guard alone <= budget else { throw .tooLarge(needed: alone, budget: budget) }
    let used = usedKeys, needed = Self.sum(own, Self.working(claims.values + [claim]))
    let others = entries.reduce(0) { $0 + (used.contains($1.key) && !keys.contains($1.key) ? $1.bytes : 0) }
    let reached = Self.sum(others, needed)
    guard reached <= budget else { return nil }
    func all() -> Int { Self.sum(entries.reduce(0) { $0 + (keys.contains($1.key) ? 0 : $1.bytes) }, needed) }
    let limit = min(budget, deviceLimit(for: all()))
    // Only requests of this engine are sure to end. Where there is none, the device says what it has no room for.
    guard reached <= limit || claims.isEmpty else { return nil }
    for entry in entries where !used.contains(entry.key) && !keys.contains(entry.key) {
      guard all() > limit else { break }
      remove(entry)
    }
    let reservation = Reservation(self)
    claims[ObjectIdentifier(reservation)] = claim
    return reservation
  }

  /// The request is done with what it reserved. What it loaded stays for the next one.
  func release(_ reservation: Reservation) {
    claims[ObjectIdentifier(reservation)] = nil
    hasGivenBack = false
  }

  /// What the device has for this engine at present: what nobody holds, and what is loaded here.
  ///
  /// - Parameter wanted: less than this makes the device take back what is kept unused, once until more is let
  ///   go of: to get such memory anew takes long.
  private func deviceLimit(for wanted: Int) -> Int {
    guard let room else { return .max }
    let held = entries.reduce(Self.copies(Array(claims.values))) { Self.sum($0, $1.bytes) }
    let limit = Self.sum(max(room.free(), 0), held)
    guard limit < wanted, !hasGivenBack else { return limit }
    hasGivenBack = true
    room.giveBack()
    return Self.sum(max(room.free(), 0), held)
  }

  /// What these requests take together beside what is loaded.
  private static func working(_ claims: [Claim]) -> Int {
    sum(copies(claims), claims.map(\.activations).max() ?? 0)
  }

  private static func copies(_ claims: [Claim]) -> Int {
    var copies: [Key: Int] = [:]
    for claim in claims { copies.merge(claim.copies) { max($0, $1) } }
    return copies.values.reduce(0, sum)
  }

  private var usedKeys: Set<Key> { claims.values.reduce(into: []) { $0.formUnion($1.keys) } }

  private func value<Value: AnyObject>(_ key: Key, load: () throws -> (Value, bytes: Int)) throws -> Value {
    if let index = entries.firstIndex(where: { $0.key == key }), let value = entries[index].value as? Value {
      entries.append(entries.remove(at: index))
      return value
    }
    let (value, bytes) = try loadWithRoom(load)
    entries.append(Entry(key, value, bytes: bytes))
    return value
  }

  /// The device may have no room beside what is loaded, whatever the budget says of it: then what nobody uses goes.
  private func loadWithRoom<Value>(_ load: () throws -> Value) throws -> Value {
    do {
      return try load()
    } catch {
      guard SamplingEngine.isOutOfMemory(error), removeUnused() else { throw error }
    }
    return try load()
  }

  /// Gives up all that nobody uses: the device needs the memory.
  ///
  /// - Returns: whether there was anything.
  @discardableResult
  func removeUnused() -> Bool {
    let used = usedKeys, count = entries.count
    for entry in entries where !used.contains(entry.key) { remove(entry) }
    return entries.count < count
  }

  /// Gives up one thing, unless somebody uses it.
  ///
  /// - Returns: whether it is not there any more.
  func remove(_ key: Key) -> Bool {
    guard let entry = entries.first(where: { $0.key == key }) else { return true }
    guard !usedKeys.contains(key) else { return false }
    remove(entry)
    return true
  }

  /// What was made ready for a checkpoint goes with it: it hangs on its layers.
  private func remove(_ entry: Entry) {
    hasGivenBack = false
    entries.removeAll { other in
      if other === entry { return true }
      guard case .checkpoint(let digest) = entry.key, case .lora(_, checkpoint: digest) = other.key else { return false }
      return true
    }
  }

  /// Sizes come from files: their sum may be beyond any number.
  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
