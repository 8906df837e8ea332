import Synchronization

/// Whether the user has asked to stop. One for all sessions of a command: signals that were given back to the system cannot be
/// taken again.
final class InterruptFlag {
  private let value: Value
  private let interrupts: Interrupts

  private final class Value: Sendable {
    let isSet = Atomic(false)
  }

  /// Begins to listen.
  init() {
    let value = Value()
    self.value = value
    interrupts = Interrupts { value.isSet.store(true, ordering: .releasing) }
  }

  deinit { interrupts.end() }

  /// Whether the user has.
  var isSet: Bool { value.isSet.load(ordering: .acquiring) }
}
