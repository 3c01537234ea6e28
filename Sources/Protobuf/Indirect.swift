/// A message field that (directly or through others) may hold a message of its own type, kept on the heap.
///
/// An array of at most one element is the box: it is copied on write already.
@propertyWrapper
public struct Indirect<Value: Message>: Sendable, Equatable {
  private var box: [Value] = []

  /// The field, set or not.
  public init(wrappedValue: Value?) {
    if let wrappedValue { box = [wrappedValue] }
  }

  /// The message; nil while the field is not set.
  public var wrappedValue: Value? {
    get { box.first }
    set { box = newValue.map { [$0] } ?? [] }
  }
}
