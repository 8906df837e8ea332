import CLinux

/// Reads a PTDaemon's samples as they come.
final class PTDaemonReader: MeterReader {
  /// SPEC wants analyzers to measure with an overall uncertainty of 1 % or better: that is reckoned with where the daemon does
  /// not tell it. Source: SPECpower_ssj2008 Run and Reporting Rules, section 2.13.2
  /// (http://www.spec.org/power/docs/SPECpower_ssj2008-Run_Reporting_Rules.html).
  static let usualUncertainty = 0.01
  /// The daemon writes six decimals; the analyzer's own steps are within its uncertainty.
  static let resolution = 1e-6

  let traits: MeterTraits
  /// What the daemon said of itself.
  let identity: PTDaemonAnswers.Identity

  private let settings: PTDaemonSettings
  private let clock: @Sendable () -> Int64
  private var session: PTDaemonSession?
  private var places: PTDaemonClock
  /// What came while the meter was opened.
  private var early: [MeterSample]
  /// What was wrong with an answer of which something was right: the next call says it.
  private var owed: MeterFault?
  private var hasToldUncertainty = false

  /// Begins to measure and waits for the first sample, after which the daemon knows how uncertain the analyzer is.
  init(_ settings: PTDaemonSettings, clock: @escaping @Sendable () -> Int64) throws(MeterFault) {
    let session = try PTDaemonSession(settings, clock: clock)
    let deadline = clinux_clock_ns() + PTDaemonConnection.nanoseconds(settings.patience + 3 * session.interval)
    var places = PTDaemonClock()
    var first: [MeterSample] = []
    while true {
      let news = Self.news(try session.samples(), session, &places)
      first = news.samples
      if let fault = news.fault { throw fault }
      if !first.isEmpty { break }
      guard clinux_clock_ns() < deadline else {
        throw MeterFault(
          "\(session.name) has no sample of its analyzer: look at its log, and whether the analyzer is on.")
      }
      // The daemon usually waits for a sample itself; one that does not is not asked without a pause.
      clinux_sleep_ns(20_000_000)
    }
    let uncertainty = try session.uncertainty() ?? Self.usualUncertainty
    self.settings = settings
    self.clock = clock
    self.session = session
    self.places = places
    identity = session.identity
    early = first
    traits = MeterTraits(
      channels: [.init("wall", .meanPower, resolution: Self.resolution)], scope: .machine,
      updateInterval: session.interval, relativeError: uncertainty,
      // A little more often than samples come, so that now and then one is asked for just when it is taken (PTDaemonClock).
      period: 0.9 * session.interval)
  }

  func read() throws(MeterFault) -> [MeterSample] {
    if let fault = owed {
      owed = nil
      throw fault
    }
    if !early.isEmpty {
      defer { early = [] }
      return early
    }
    guard let session else {
      try reconnect()
      return []
    }
    let news = try ask(session)
    if news.samples.isEmpty, let fault = news.fault { throw fault }
    owed = news.fault
    return news.samples
  }

  private func ask(_ session: PTDaemonSession) throws(MeterFault) -> News {
    do throws(MeterFault) {
      var news = Self.news(try session.samples(), session, &places)
      let uncertainty = try session.uncertainty() ?? 0
      if !hasToldUncertainty, news.fault == nil, uncertainty > traits.relativeError + 0.0005 {
        hasToldUncertainty = true
        news.fault = MeterFault(
          "\(session.name) says that its samples are off by up to \(Self.percent(uncertainty)) %, more than the "
            + "\(Self.percent(traits.relativeError)) % that these figures reckon with: measure again under load."
        )
      }
      return news
    } catch {
      // What the daemon may still answer is no longer in step with what is asked.
      self.session = nil
      throw error
    }
  }

  private func reconnect() throws(MeterFault) {
    let session = try PTDaemonSession(settings, clock: clock, isAgain: true)
    guard session.identity.model == identity.model, session.interval == traits.updateInterval else {
      throw MeterFault(
        "\(session.name) now has the analyzer \(session.identity.model) where \(identity.model) was, so that they cannot be "
          + "compared."
      )
    }
    places.forget()
    self.session = session
  }

  /// What an answer brought.
  private struct News {
    var samples: [MeterSample] = []
    var fault: MeterFault?
  }

  private static func news(
    _ answer: PTDaemonSession.Answer, _ session: PTDaemonSession, _ places: inout PTDaemonClock
  ) -> News {
    let stamps = answer.samples.map(\.stamp)
    switch places.place(stamps, asked: answer.asked, arrived: answer.arrived, interval: session.interval) {
    case .tooMany:
      return News(
        fault: MeterFault(
          "\(session.name) gives more samples (\(stamps.count)) than can have been taken since it was asked before."))
    case .jumped(let seconds):
      return News(
        fault: MeterFault(
          "The clock of the PTDaemon at \(session.address) jumped by \(PowerTrace.text(seconds)) s, so the samples around "
            + "that moment were left out."
        ))
    case .placed(let times):
      var news = News()
      for (sample, time) in zip(answer.samples, times) {
        if sample.watts >= 0, sample.watts <= 1e6 {
          news.samples.append(MeterSample(time: time, values: [.watts(sample.watts)]))
        } else {
          news.fault = nonsense(sample.watts, session)
        }
      }
      return news
    }
  }

  /// - Parameter watts: what the daemon writes as power: -1 is an error of the analyzer, -2 a sample that it missed.
  private static func nonsense(_ watts: Double, _ session: PTDaemonSession) -> MeterFault {
    let cause =
      switch watts {
      case -1, -2: "its analyzer failed: look at its log"
      case ..<0: "no machine draws it: look whether the analyzer's wires are swapped"
      default: "it makes no sense: look at its log"
      }
    return MeterFault("\(session.name) gives \(watts) W, and \(cause).")
  }

  private static func percent(_ share: Double) -> String { PowerTrace.text(share * 100) }
}
