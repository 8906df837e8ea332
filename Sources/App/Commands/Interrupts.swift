import Dispatch
import Foundation

/// Turns the first of SIGINT, SIGTERM and SIGHUP into a call; a later one ends the process as usual.
///
/// What comes within a second of the first is the same wish: `timeout` and shells signal a process and then its group.
final class Interrupts {
  private let sources: [any DispatchSourceSignal]
  private let numbers: [Int32]

  init(_ handler: @escaping @Sendable () -> Void) {
    // Whoever started this process may have asked that it outlive the terminal.
    let numbers = [SIGINT, SIGTERM, SIGHUP].filter { $0 != SIGHUP || !Self.isIgnored($0) }
    self.numbers = numbers
    sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { Self.giveBack(numbers) }
        handler()
      }
      source.activate()
      return source
    }
  }

  /// Gives the signals back to the system.
  func end() {
    for source in sources { source.cancel() }
    Self.giveBack(numbers)
  }

  private static func giveBack(_ numbers: [Int32]) {
    for number in numbers { signal(number, SIG_DFL) }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    let before = signal(number, SIG_IGN)
    signal(number, before)
    return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
