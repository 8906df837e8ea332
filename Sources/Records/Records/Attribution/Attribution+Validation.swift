extension Attribution {
  /// What cannot be about it as a clause, or nil.
  public var problem: String? {
    guard !model.isEmpty, !contract.isEmpty else { return "it names no model or no contract" }
    guard parametersSHA256.isSHA256, calibrationFile?.isSHA256 ?? true else { return "a SHA-256 of it is none" }
    guard samples >= 1, (calibrationSamples ?? 1) >= 1 else { return "it compares no samples" }
    guard (decisions ?? 1) >= 1 else { return "it counts no decisions" }
    if let userModel {
      if let problem = userModel.problem { return problem }
      guard userModel.workload == model else { return "its model and its `userModel` differ" }
    }
    let names = Set(nodes.map(\.name))
    guard names.count == nodes.count else { return "a node is there twice" }
    for node in nodes {
      let sizes = [
        node.multiplyAccumulates, node.weightBytes, node.activationBytes, node.loweredWeightBytes,
        node.loweredActivationBytes,
      ]
      // Sums over nodes must not overflow.
      guard sizes.allSatisfy({ (0...(1 << 50)).contains($0) }) else { return "a size of node \(node.name) cannot be" }
      guard Self.isSound(node.error, node.top1Agreement) else { return "the error of node \(node.name) cannot be" }
    }
    guard cumulative.allSatisfy({ Self.isSound($0.error, $0.top1Agreement) }) else {
      return "an error of several nodes cannot be"
    }
    let order = cumulative.dropFirst().compactMap(\.node)
    guard cumulative.first?.node == nil, order.count == max(0, cumulative.count - 1), Set(order).count == order.count,
      names.isSuperset(of: order)
    else { return "the steps of `cumulative` are not one node each" }
    if let verification {
      guard (0..<max(1, cumulative.count)).contains(verification.loweredNodes), verification.samples >= 1,
        Self.isSound(verification.error, verification.top1Agreement)
      else { return "its verification cannot be" }
    }
    return nil
  }

  private static func isSound(_ error: Double?, _ agreement: Double?) -> Bool {
    let error = error ?? 0
    return error.isFinite && error >= 0 && (0...1).contains(agreement ?? 0)
  }
}
