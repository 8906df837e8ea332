import NumericFormats

/// The measured ceilings of one machine: arithmetic, bandwidth and latency.
///
/// The model is that of Williams, Waterman and Patterson, "Roofline: An Insightful Visual Performance Model for Multicore
/// Architectures", CACM 52(4), 2009. What follows from the ceilings is in the layer above (`Analysis`).
public struct Roofline: Codable, Hashable, Sendable {
  /// How often everything was measured.
  public var method: Method
  /// The thread counts and where their threads ran, ascending.
  public var placements: [Placement]
  /// The clock that the cores ran at, by thread count.
  public var clocks: [Clock]
  /// Arithmetic ceilings, by thread count and oldest instruction-set level first.
  public var peaks: [Peak]
  /// Bandwidth ceilings, by thread count and innermost level first.
  public var bandwidths: [Bandwidth]
  /// Load-to-use latencies of one thread, innermost level first.
  public var latencies: [Latency]
  /// What was left out or is to be read with care, each a sentence.
  public var notes: [String]

  /// Makes a roofline from its parts.
  public init(
    method: Method, placements: [Placement], clocks: [Clock], peaks: [Peak], bandwidths: [Bandwidth],
    latencies: [Latency], notes: [String]
  ) {
    self.method = method
    self.placements = placements
    self.clocks = clocks
    self.peaks = peaks
    self.bandwidths = bandwidths
    self.latencies = latencies
    self.notes = notes
  }

  /// How figures were measured.
  public struct Method: Codable, Hashable, Sendable {
    /// Seconds spent on each figure.
    public var secondsPerFigure: Double
    /// Passes over all figures that share those seconds.
    public var rounds: Int
    /// Whether the system was asked for huge pages and agreed.
    public var hugePages: Bool

    /// Makes a method.
    public init(secondsPerFigure: Double, rounds: Int, hugePages: Bool) {
      self.secondsPerFigure = secondsPerFigure
      self.rounds = rounds
      self.hugePages = hugePages
    }
  }

  /// Cycles per second, counted by additions that wait for each other.
  public struct Clock: Codable, Hashable, Sendable {
    /// Threads that ran at once.
    public var threads: Int
    /// Cycles per second.
    public var hertz: RepeatedFigure

    /// Makes a clock.
    public init(threads: Int, hertz: RepeatedFigure) {
      self.threads = threads
      self.hertz = hertz
    }
  }

  /// An arithmetic ceiling: multiply-accumulates in registers. A multiplication and an addition are two operations.
  public struct Peak: Codable, Hashable, Sendable {
    /// The instruction-set level, for example `avx512_core_vnni`.
    public var isa: String
    /// What the loop issues, for example `vpdpbusd zmm`.
    public var instructions: String
    /// The operands.
    public var precision: Precision
    /// Threads that ran at once.
    public var threads: Int
    /// Operations per second of all threads.
    public var rate: RepeatedFigure

    /// Makes a ceiling.
    public init(isa: String, instructions: String, precision: Precision, threads: Int, rate: RepeatedFigure) {
      self.isa = isa
      self.instructions = instructions
      self.precision = precision
      self.threads = threads
      self.rate = rate
    }
  }

  /// What a bandwidth loop does with its arrays; bytes count as in McCalpin's STREAM, once for each array.
  public enum Pattern: String, Codable, CaseIterable, Hashable, Sendable {
    /// The sum of an array.
    case read
    /// An array is filled.
    case write
    /// One array to another.
    case copy
    /// a = b + 3 c.
    case triad
  }

  /// A bandwidth ceiling.
  public struct Bandwidth: Codable, Hashable, Sendable {
    /// The level that holds the arrays: `L1`, `L2`, `L3`, `memory`.
    public var level: String
    /// The access pattern.
    public var pattern: Pattern
    /// Whether stores go around the caches.
    public var isNonTemporal: Bool
    /// The instruction-set level of the loop.
    public var isa: String
    /// Threads that ran at once, each with arrays of its own.
    public var threads: Int
    /// Bytes of all arrays of one thread.
    public var bytesPerThread: Int
    /// Bytes per second of all threads.
    public var rate: RepeatedFigure

    /// Makes a ceiling.
    public init(
      level: String, pattern: Pattern, isNonTemporal: Bool, isa: String, threads: Int, bytesPerThread: Int,
      rate: RepeatedFigure
    ) {
      self.level = level
      self.pattern = pattern
      self.isNonTemporal = isNonTemporal
      self.isa = isa
      self.threads = threads
      self.bytesPerThread = bytesPerThread
      self.rate = rate
    }
  }

  /// The time from one load to the next that needs its result.
  public struct Latency: Codable, Hashable, Sendable {
    /// The level that holds the chain.
    public var level: String
    /// Bytes of the chain: one node a cache line.
    public var bytes: Int
    /// Seconds per load.
    public var seconds: RepeatedFigure

    /// Makes a latency.
    public init(level: String, bytes: Int, seconds: RepeatedFigure) {
      self.level = level
      self.bytes = bytes
      self.seconds = seconds
    }
  }
}
