/// Which contract each node of a model follows.
public struct NumericsAssignment: Hashable, Codable, Sendable {
  /// What nodes follow that are no exceptions.
  public var base: NumericsContract
  /// Contracts of other nodes that multiply, by the node's name.
  public var exceptions: [String: NumericsContract]

  /// Makes an assignment.
  public init(_ base: NumericsContract, exceptions: [String: NumericsContract] = [:]) {
    self.base = base
    self.exceptions = exceptions
  }

  /// Every contract that some node may follow.
  public var contracts: Set<NumericsContract> { Set(exceptions.values).union([base]) }

  /// The greatest magnitude of 8-bit weights and of other s8 operands; 127 where there are none.
  public var integerLimit: Int { contracts.compactMap(\.integerLimit).min() ?? 127 }

  /// Whether value ranges of activations must be known.
  public var needsCalibration: Bool { contracts.contains(where: \.needsCalibration) }
}

extension NumericsContract {
  /// The greatest magnitude of 8-bit weights; nil for other operands.
  public var integerLimit: Int? {
    guard accumulation.isInteger, case .signed(_, let limit) = right.conversion.element else { return nil }
    return limit
  }

  /// Whether activations have scales that a calibration finds.
  public var needsCalibration: Bool { left.scaling == .perTensor }
}
