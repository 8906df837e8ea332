import HostState
import Records

/// Why two sides cannot be held against each other, in one sentence.
public struct GateRefusal: Error, Hashable, CustomStringConvertible, Sendable {
  public let description: String

  /// Makes a refusal.
  public init(_ description: String) { self.description = description }

  /// Refuses records of unlike machines and builds: their difference would be called the candidate's.
  static func check(base: Record, candidate: Record) throws(GateRefusal) {
    let (before, after) = (base.machine, candidate.machine)
    let facts: [(String, String, String)] = [
      ("the CPU", before.cpuModel, after.cpuModel), ("the number of cores", "\(before.cores)", "\(after.cores)"),
      ("the instruction sets", before.isa.joined(separator: " "), after.isa.joined(separator: " ")),
      ("the build", base.tool.configuration, candidate.tool.configuration),
      ("the least measured time", "\(base.spec.minDuration) s", "\(candidate.spec.minDuration) s"),
    ]
    if let (name, old, new) = facts.first(where: { $0.1 != $0.2 }) {
      throw GateRefusal(
        "Base and candidate are not alike in \(name) (\(old) against \(new)), and a gate would call that a regression; "
          + "measure both alike, or look at them with assay compare --force.")
    }
    guard !Set(base.cells.map(\.id)).isDisjoint(with: candidate.cells.map(\.id)) else {
      throw GateRefusal("Base and candidate have no cell in common; measure both with the same options.")
    }
  }
}
