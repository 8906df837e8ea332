import ArgumentParser
import Foundation
import Harness
import LoadGen
import Reports
import Synchronization

/// A system, and the tests run on it: shows how far each is and ends it when the user interrupts.
final class MLPerfSession {
  /// How long a system is used before what counts.
  private static let warmUpTime: Int64 = 500_000_000

  private let bench: TestBench
  private let progress = LiveLine()
  /// Of this and all later sessions of the command.
  let interrupts: InterruptFlag

  /// Makes the system.
  ///
  /// - Parameter interrupts: of an earlier session; nil to begin to listen when the system is made.
  init(_ system: MLPerfSystemOptions, settings: TestSettings, interrupts: InterruptFlag? = nil) throws {
    bench = try Self.loading(system, settings)
    self.interrupts = interrupts ?? InterruptFlag()
  }

  /// Shows how far loading is, on the main thread's behalf.
  private static func loading(_ system: MLPerfSystemOptions, _ settings: TestSettings) throws -> TestBench {
    let line = Mutex(LiveLine())
    defer { line.withLock { $0.end() } }
    line.withLock { $0.note("Loading \(Terminal.harmless(system.description))") }
    return try system.bench(settings) { now in line.withLock { $0.show(now.text) } }
  }

  /// Runs queries that do not count, so that caches are warm and memory is there.
  func warmUp(_ settings: TestSettings) throws {
    _ = try run(settings.saturating(for: Self.warmUpTime), title: "Warming up")
    if isStopped { throw ExitCode(130) }
  }

  /// Lets the system wait for queries that do not come.
  func idle(for nanoseconds: Int64, title: String) throws {
    defer { progress.end() }
    let begin = ContinuousClock.now
    while !isStopped {
      let left = Double(nanoseconds) / 1e9 - (ContinuousClock.now - begin) / .seconds(1)
      guard left > 0 else { return }
      progress.show("\(title), \(Int(left.rounded(.up))) s left")
      Thread.sleep(forTimeInterval: min(left, 0.1))
    }
  }

  /// Whether the user has interrupted.
  var isStopped: Bool { interrupts.isSet }

  /// Runs a test.
  ///
  /// - Parameters:
  ///   - title: what the progress line calls it.
  ///   - isDecided: whether enough has been seen; asked 20 times a second.
  func run(
    _ settings: TestSettings, title: String? = nil, isDecided: (LoadTest.Progress) -> Bool = { _ in false }
  ) throws -> TestBench.Outcome {
    defer { progress.end() }
    let title = title ?? "\(settings.scenario.rawValue), \(settings.mode == .accuracy ? "accuracy" : "performance")"
    return try bench.run(settings) { now in
      progress.show(MLPerfProgressLine(now, settings: settings, title: title).text)
      if isStopped { return .interrupted }
      return isDecided(now) ? .decided : nil
    }
  }
}

extension TestSettings {
  /// A short test that keeps the system busy all the time; Server's own rate says nothing of the system, so that becomes
  /// Offline.
  func saturating(for nanoseconds: Int64) -> TestSettings {
    var settings = self
    settings.mode = .performance
    if scenario == .server { settings.scenario = .offline }
    settings.arrivals = .poisson
    settings.issue = .drawn
    settings.concatenatesPermutations = false
    (settings.accuracyLogProbability, settings.accuracyLogSamplingTarget) = (0, 0)
    (settings.minDuration, settings.maxDuration) = (nanoseconds, nanoseconds)
    (settings.targetQPS, settings.minSampleCount) = (nil, 1)
    (settings.minQueryCount, settings.maxQueryCount) = (1, nil)
    return settings
  }
}
