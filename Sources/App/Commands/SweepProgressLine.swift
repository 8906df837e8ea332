import Foundation
import Harness
import Records
import Reports
import Synchronization

/// Shows on standard error how far a sweep is: one live line on a terminal; elsewhere a line for every rung and every minute.
final class SweepProgressLine: Sendable {
  private struct State {
    var isShown = false
    var lastRung = -1
    var lastMinute = -1
  }

  private let state = Mutex(State())
  private let isLive = Terminal.isErrorInteractive
  private let budget: Double

  /// - Parameter budget: seconds that the sweep may take; may be infinite.
  init(budget: Double) { self.budget = budget }

  /// Takes an event of the executor.
  func handle(_ event: ProgressEvent) {
    switch event {
    case .visitStarted(let cell, let rung, let isFinal, let spent, let best): show(cell.id, rung, isFinal, spent, best)
    case .cellFailed(let cell, let failure): note("\(cell.id) failed: \(failure.reason)")
    case .warning(let text): note("Warning: \(text)")
    case .writeFailed(let error): note("\(error.description) Trying again later.")
    case .planned, .roundStarted, .phase, .roundFinished, .finished: break
    }
  }

  private func show(
    _ id: String, _ rung: Int, _ isFinal: Bool, _ spent: Double, _ best: (id: String, samplesPerSecond: Double)?
  ) {
    let stage = isFinal ? "finals" : "rung \(rung + 1)"
    let time = budget.isFinite ? "\(Int(spent)) of \(Int(budget)) s" : "\(Int(spent)) s"
    let leader = best.map { ", best so far \($0.id) \($0.samplesPerSecond.rounded()) samples/s" } ?? ""
    if isLive {
      state.withLock { $0.isShown = true }
      let width = Terminal.width(of: STDERR_FILENO) ?? 80
      let line = "\(stage), \(time): \(id)\(leader)"
      Terminal.note("\r\u{1B}[K" + Terminal.harmless(String(line.prefix(max(1, width - 1)))))
      return
    }
    let isNew = state.withLock { state in
      defer { (state.lastRung, state.lastMinute) = (rung, Int(spent / 60)) }
      return state.lastRung != rung || state.lastMinute != Int(spent / 60)
    }
    if isNew { note("\(stage), \(time)\(leader)") }
  }

  /// Prints a line of its own.
  func note(_ text: String) {
    end()
    Terminal.note(Terminal.harmless(text) + "\n")
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
