/// Names a value that an interceptor leaves for the handler, and gives it a type.
///
/// ```swift
/// enum RequestID: UserInfoKey { typealias Value = String }
/// ```
public protocol UserInfoKey {
  /// The type of the value.
  associatedtype Value: Sendable
}

/// What the interceptors around a handler have found out about its call.
///
/// An interceptor adds to the context that it hands on: `var context = context; context.userInfo[Key.self] = value`.
public struct UserInfo: Sendable {
  private var values: [ObjectIdentifier: any Sendable]?

  /// The value left under that key; nil when there is none.
  public subscript<Key: UserInfoKey>(key: Key.Type) -> Key.Value? {
    get { values?[ObjectIdentifier(key)] as? Key.Value }
    set {
      guard newValue != nil || values != nil else { return }
      var changed = values ?? [:]
      changed[ObjectIdentifier(key)] = newValue
      values = changed
    }
  }
}
