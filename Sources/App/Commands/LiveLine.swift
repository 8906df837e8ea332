import Foundation
import Reports

/// What is being measured, on standard error: one live line on a terminal, nothing but notes elsewhere.
final class LiveLine {
  private let isLive = Terminal.isErrorInteractive
  private var isShown = false

  /// Prints a line of its own.
  func note(_ text: String) {
    end()
    Terminal.note(text + "\n")
  }

  /// Shows that figure `done` of `total` is being measured.
  func show(done: Int, total: Int, name: String) { show("\(100 * done / max(1, total)) %  \(name)") }

  /// Shows a text in the place of the one before.
  func show(_ text: String) {
    guard isLive else { return }
    isShown = true
    let width = Terminal.width(of: STDERR_FILENO) ?? 80
    Terminal.note("\r\u{1B}[K" + String(text.prefix(max(1, width - 1))))
  }

  /// Removes the live line.
  func end() {
    if isShown { Terminal.note("\r\u{1B}[K") }
    isShown = false
  }
}
