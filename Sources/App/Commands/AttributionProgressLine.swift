import Foundation
import Harness
import Synchronization

/// Shows on standard error what `assay attribute` measures: one live line on a terminal, a line every tenth elsewhere.
final class AttributionProgressLine: Sendable {
  private struct State {
    var isShown = false
    var last = ""
  }

  private let state = Mutex(State())
  private let start = ContinuousClock.now
  private let isLive = Terminal.isErrorInteractive

  /// Prints a line of its own.
  func note(_ text: String) {
    end()
    Terminal.note(Terminal.harmless(text) + "\n")
  }

  /// Shows how far it is.
  func show(_ progress: AttributionProgress) {
    let seconds = Int((ContinuousClock.now - start).components.seconds)
    let what =
      switch progress.stage {
      case .isolated: "nodes one by one"
      case .cumulative: "node after node"
      case .verification: "once more, on other samples"
      }
    let text = "\(what): \(progress.done) of \(progress.total) models, \(seconds) s"
    if isLive {
      state.withLock { $0.isShown = true }
      let width = Terminal.width(of: STDERR_FILENO) ?? 80
      Terminal.note("\r\u{1B}[K" + String(text.prefix(max(1, width - 1))))
      return
    }
    let tenth = "\(what) \(10 * progress.done / max(1, progress.total))"
    let isNew = state.withLock { state in
      defer { state.last = tenth }
      return state.last != tenth
    }
    if isNew { Terminal.note(text + "\n") }
  }

  /// Removes the live line.
  func end() {
    let wasShown = state.withLock { state in
      defer { state.isShown = false }
      return state.isShown
    }
    if wasShown { Terminal.note("\r\u{1B}[K") }
  }
}
