/// One round of a trial: every arm was measured once, in an order that was drawn.
public struct TrialRound: Codable, Hashable, Sendable {
  /// The index of the arms' rounds, from 0; nil for a round that was discarded.
  public var index: Int?
  /// The order in which the arms were measured.
  public var order: [TrialArm]
  /// Bytes by which the environment of all processes was longer than usual, which moves their stacks: the layout of memory
  /// alone may speed a program up or down (Mytkowicz et al., "Producing wrong data without doing anything obviously wrong!",
  /// ASPLOS 2009).
  public var padding: [TrialArm: Int]
  /// What loops that never change found before each arm, in the order of ``order``; nil where they cannot run.
  public var canaries: [Canary]?
  /// Seconds of the whole round.
  public var seconds: Double
  /// Why the round does not count, each a clause; empty for one that does.
  public var disturbances: [String]
  /// What the arms measured in a round that does not count: nothing is thrown away.
  public var discarded: [DiscardedCell]

  /// Makes a round.
  public init(
    index: Int?, order: [TrialArm], padding: [TrialArm: Int], canaries: [Canary]?, seconds: Double,
    disturbances: [String], discarded: [DiscardedCell]
  ) {
    self.index = index
    self.order = order
    self.padding = padding
    self.canaries = canaries
    self.seconds = seconds
    self.disturbances = disturbances
    self.discarded = discarded
  }

  /// What two pure loops found.
  public struct Canary: Codable, Hashable, Sendable {
    /// FP32 multiply-adds a second, in registers.
    public var multiplyAdds: Double
    /// Bytes a second from memory.
    public var bytes: Double

    /// Makes a reading.
    public init(multiplyAdds: Double, bytes: Double) {
      self.multiplyAdds = multiplyAdds
      self.bytes = bytes
    }
  }

  /// What one arm measured of one cell in a round that does not count.
  public struct DiscardedCell: Codable, Hashable, Sendable {
    /// The arm.
    public var arm: TrialArm
    /// The cell's id.
    public var cell: String
    /// What was measured.
    public var round: Round

    /// Makes an entry.
    public init(arm: TrialArm, cell: String, round: Round) {
      self.arm = arm
      self.cell = cell
      self.round = round
    }
  }
}
