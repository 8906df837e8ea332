import CLinux

/// A measurement by a PTDaemon: begun when it is made, ended when nobody refers to it any more.
///
/// After a fault the answers still to come cannot be told from later ones, so the session is of no more use.
final class PTDaemonSession {
  /// Seconds between samples that are asked for, as MLPerf does.
  static let usualInterval = 1.0
  /// Windows wait for samples, and nobody waits for longer than some of these, seconds.
  static let longestInterval = 10.0
  /// Samples in one answer: some hours without a question are a fault, and memory has an end.
  static let mostSamples = 10_000

  /// What the daemon says of itself.
  let identity: PTDaemonAnswers.Identity
  /// Seconds between samples.
  private(set) var interval: Double
  /// When the daemon was last asked for samples, or to begin; nanoseconds of the reader's clock.
  private(set) var asked: Int64

  private let connection: PTDaemonConnection
  private let patience: Double
  private let clock: @Sendable () -> Int64
  /// The ranges as they were before, where they were fixed.
  private let ranges: (amperes: Double?, volts: Double?)
  /// Whether the measurement that runs is ours: another client's is not ended.
  private var hasBegun = false

  /// Samples with the two moments between which their answer was on its way.
  struct Answer {
    let samples: [PTDaemonAnswers.Sample]
    /// When the question before this one was asked.
    let asked: Int64
    let arrived: Int64
  }

  /// Connects, looks who answers, lets the analyzer choose its ranges and begins to measure.
  ///
  /// - Parameter isAgain: whether an earlier session of the same reader was lost, whose measurement may still be running.
  init(_ settings: PTDaemonSettings, clock: @escaping @Sendable () -> Int64, isAgain: Bool = false) throws(MeterFault) {
    self.clock = clock
    patience = settings.patience
    let connection = try PTDaemonConnection(settings.address, patience: patience)
    self.connection = connection
    let ask = { (command: String) throws(MeterFault) -> String in
      try Self.answer(connection, command, patience: settings.patience)
    }
    let hello = try ask("Hello")
    guard hello.hasPrefix("Hello, PTDaemon") else { throw Self.unexpected(connection, hello, "Hello") }
    let identity = try Self.identity(connection, try ask("Identify"))
    self.identity = identity
    if isAgain { _ = try ask("Stop") }
    let before = PTDaemonAnswers.ranges(try ask("RR"))
    ranges = (before?.amperes.fixed, before?.volts.fixed)
    interval = max(identity.interval ?? 0, Self.usualInterval)
    asked = clock()
    // From here on what was changed is put back, also where a later step fails.
    if identity.setsRanges {
      for (kind, range) in [("A", before?.amperes), ("V", before?.volts)] {
        let reply = try ask("SR,\(kind),Auto")
        // An analyzer without ranges to choose from is as good as one that chooses.
        guard reply.hasPrefix("Range") || range?.fixed == nil else {
          throw Self.unexpected(connection, reply, "SR,\(kind),Auto")
        }
      }
    }
    asked = clock()
    let reply = try ask("Go,\(Int((interval * 1000).rounded())),0,assay")
    guard reply.hasPrefix("Starting") else { throw Self.unexpected(connection, reply, "Go") }
    hasBegun = true
    interval = max(PTDaemonAnswers.interval(reply) ?? interval, 0.05)
    guard interval <= Self.longestInterval else {
      throw MeterFault(
        "\(connection.name) takes a sample every \(PowerTrace.text(interval)) s, too seldom to tell a window by: let its "
          + "analyzer average over 1 s.")
    }
  }

  deinit {
    // Nobody waits for a daemon that does not answer. Without an answer to the first the others are not sent.
    let deadline = clinux_clock_ns() + PTDaemonConnection.nanoseconds(min(patience, 1))
    var commands = hasBegun ? ["Stop"] : []
    if let amperes = ranges.amperes { commands.append("SR,A,\(amperes)") }
    if let volts = ranges.volts { commands.append("SR,V,\(volts)") }
    do throws(MeterFault) {
      for command in commands {
        try connection.send(command, patience: Double(deadline - clinux_clock_ns()) / 1e9)
        _ = try connection.line(until: deadline)
      }
    } catch {}
  }

  /// The samples since the last question; the daemon waits for one where there is none, for one interval at the most.
  func samples() throws(MeterFault) -> Answer {
    let deadline = clinux_clock_ns() + PTDaemonConnection.nanoseconds(patience + interval)
    let before = asked
    let now = clock()
    try connection.send("RL", patience: patience)
    let head = try connection.line(until: deadline)
    asked = now
    if head.hasPrefix("No unread") || head.hasPrefix("Insufficient unread") {
      return Answer(samples: [], asked: before, arrived: clock())
    }
    guard let count = PTDaemonAnswers.count(head) else { throw Self.unexpected(connection, head, "RL") }
    guard count <= Self.mostSamples else {
      throw MeterFault("\(connection.name) announces \(count) samples at once, more than were asked for.")
    }
    var samples: [PTDaemonAnswers.Sample] = []
    for _ in 0..<count {
      let line = try connection.line(until: deadline)
      guard let sample = PTDaemonAnswers.sample(line) else { throw Self.unexpected(connection, line, "RL") }
      samples.append(sample)
    }
    return Answer(samples: samples, asked: before, arrived: clock())
  }

  /// The largest uncertainty of a sample so far, as a share; nil where the daemon does not know.
  func uncertainty() throws(MeterFault) -> Double? {
    PTDaemonAnswers.uncertainty(try Self.answer(connection, "Uncertainty", patience: patience))
  }

  /// The daemon, at the beginning of a sentence.
  var name: String { connection.name }
  /// Where it is.
  var address: NetworkAddress { connection.address }

  private static func answer(
    _ connection: PTDaemonConnection, _ command: String, patience: Double
  ) throws(MeterFault) -> String {
    try connection.send(command, patience: patience)
    return try connection.line(until: clinux_clock_ns() + PTDaemonConnection.nanoseconds(patience))
  }

  private static func identity(
    _ connection: PTDaemonConnection, _ line: String
  ) throws(MeterFault) -> PTDaemonAnswers.Identity {
    guard let identity = PTDaemonAnswers.identity(line) else { throw unexpected(connection, line, "Identify") }
    guard PTDaemonAnswers.isKnown(version: identity.version) else {
      throw MeterFault(
        "\(connection.name) is of version \(identity.version), whose protocol is not known here: use version 1.9.1 or "
          + "a later 1.x."
      )
    }
    guard identity.measuresPower else {
      throw MeterFault("\(connection.name) does not measure watts (\(identity.model)): start it with a power analyzer.")
    }
    return identity
  }

  private static func unexpected(_ connection: PTDaemonConnection, _ reply: String, _ command: String) -> MeterFault {
    MeterFault(
      "\(connection.name) answers \"\(ForeignText.shown(reply, limit: 80))\" to \(command), which no PTDaemon does "
        + "that can measure: look at its log.")
  }
}
