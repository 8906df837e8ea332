import Foundation
import Reports

/// Shows on standard error what `assay roofline` measures: one live line on a terminal, nothing after the first elsewhere.
final class RooflineProgress {
  private let isLive = Terminal.isErrorInteractive
  private var isShown = false

  /// Prints a line of its own.
  func note(_ text: String) {
    end()
    Terminal.note(text + "\n")
  }

  /// Shows that figure `done` of `total` is being measured.
  func show(done: Int, total: Int, name: String) {
    guard isLive else { return }
    isShown = true
    let line = "\(100 * done / max(1, total)) %  \(name)"
    let width = Terminal.width(of: STDERR_FILENO) ?? 80
    Terminal.note("\r\u{1B}[K" + String(line.prefix(max(1, width - 1))))
  }

  /// Removes the live line.
  func end() {
    if isShown { Terminal.note("\r\u{1B}[K") }
    isShown = false
  }
}
