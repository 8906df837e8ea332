import Dispatch
import Foundation
import Harness
import Records
import Reports
import Synchronization

/// Shows a run's progress on standard error: one live line on a terminal, plain lines elsewhere.
///
/// Unchecked because a dispatch timer, which any thread may use, is not marked `Sendable`.
final class ProgressPrinter: @unchecked Sendable {
  private struct State {
    var line: ProgressLine?
    /// When `line.remaining` was right, in seconds since the start.
    var stamp = 0.0
    var isShown = false
    var phase = ""
  }

  private let state = Mutex(State())
  private let start = ContinuousClock.now
  private let isLive = Terminal.isErrorInteractive
  private let positions: [String: Int]
  /// Ticks the live line; nil where there is none, since a source that never ran must not be released.
  private let timer: (any DispatchSourceTimer)?

  init(plan: Plan) {
    positions = Dictionary(plan.cells.enumerated().map { ($1.cell.id, $0 + 1) }) { first, _ in first }
    guard isLive else {
      timer = nil
      return
    }
    let timer = DispatchSource.makeTimerSource()
    self.timer = timer
    timer.schedule(deadline: .now() + 0.5, repeating: 0.5)
    timer.setEventHandler { [weak self] in self?.refresh() }
    timer.activate()
  }

  /// Takes an event of the executor.
  func handle(_ event: ProgressEvent) {
    switch event {
    case .planned(let cells, let rounds, let seconds):
      note(
        "\(counted(cells, "cell")), \(counted(rounds, "round")) to measure, about \(counted(Int(seconds.rounded(.up)), "second"))"
      )
    case .roundStarted(_, _, let cell, let round, let rounds, let remaining):
      let line = ProgressLine(
        cell: positions[cell.id] ?? 0, cells: positions.count, id: cell.id, round: round + 1, rounds: rounds,
        elapsed: elapsed, remaining: remaining)
      state.withLock {
        $0.line = line
        $0.stamp = elapsed
        $0.phase = ""
      }
      if isLive { refresh() } else { Terminal.note(line.plain + "\n") }
    case .phase(_, let phase):
      state.withLock { $0.phase = phase.rawValue }
      if isLive { refresh() }
    case .cellFailed(let cell, let failure): note("\(cell.id) failed: \(failure.reason)")
    case .warning(let text): note("Warning: \(text)")
    case .writeFailed(let error): note("\(error.description) Trying again after every round.")
    case .roundFinished, .finished, .visitStarted: break
    }
  }

  /// Prints a line of its own, above the live line.
  func note(_ text: String) {
    erase()
    Terminal.note(Terminal.harmless(text) + "\n")
  }

  /// Removes the live line.
  func end() {
    timer?.cancel()
    state.withLock { $0.line = nil }
    erase()
  }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private var elapsed: Double { Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000 }

  private func refresh() {
    let now = elapsed
    let text: String? = state.withLock { state in
      guard var line = state.line else { return nil }
      line.elapsed = now
      line.remaining = line.remaining.map { max(0, $0 - (now - state.stamp)) }
      if !state.phase.isEmpty { line.id += " (\(state.phase))" }
      state.isShown = true
      return line.live(width: Terminal.width(of: STDERR_FILENO) ?? 80)
    }
    if let text { Terminal.note("\r\u{1B}[K" + text) }
  }

  private func erase() {
    guard isLive, state.withLock({ exchange(&$0.isShown, with: false) }) else { return }
    Terminal.note("\r\u{1B}[K")
  }

  private func exchange(_ value: inout Bool, with new: Bool) -> Bool {
    defer { value = new }
    return value
  }
}
