/// What a device that other programs use too says of its memory, asked whenever a request wants to begin.
package struct DeviceRoom {
  /// Bytes that no program holds at present, as far as models may have them.
  let free: () -> Int
  /// Gives the device what this process keeps of it and does not use.
  let giveBack: () -> Void

  package init(free: @escaping () -> Int, giveBack: @escaping () -> Void) {
    self.free = free
    self.giveBack = giveBack
  }
}
