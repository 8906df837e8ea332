import HostState
import Records
import Topology

/// A record that cannot be completed here.
public struct ResumeError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let reason: String
  /// One sentence for the user.
  public var description: String { "The run cannot be resumed: \(reason)." }
  /// The exit code of a command that ends with this error: the environment is unfit.
  public var exitCode: Int32 { 7 }
}

extension Record {
  /// Makes sure that rounds measured here and now belong to this record.
  ///
  /// - Parameters:
  ///   - machine: the fingerprint of this machine.
  ///   - tool: this build; another one may run other code for the same cell.
  ///   - acceptOtherMachine: mixes rounds of unlike machines or builds all the same; the record then says so.
  /// - Throws: ``ResumeError`` that names what differs.
  public mutating func prepareToResume(
    machine: MachineFingerprint, topology: Topology, tool: Tool, acceptOtherMachine: Bool = false
  ) throws(ResumeError) {
    let differences = self.machine.differences(from: machine)
    if !differences.isEmpty {
      let list = differences.joined(separator: "; ")
      guard acceptOtherMachine else {
        throw ResumeError(
          reason: "this machine is not the one that the record describes (\(list)); start a new run instead")
      }
      warn("Resumed on a machine that differs (\(list)): its rounds are not alike, so compare none of them.")
    }
    let changes = self.tool.differences(from: tool)
    if !changes.isEmpty {
      let list = changes.joined(separator: "; ")
      guard acceptOtherMachine else {
        throw ResumeError(
          reason: "this Assay is not the build that the record describes (\(list)); start a new run instead")
      }
      warn("Resumed by a build that differs (\(list)): its rounds may not be alike, so take care in comparing them.")
    }
    let needed = Set(cells.filter { !$0.isFinished }.flatMap(\.cell.placement.pus))
    let missing = needed.subtracting(topology.allowedPUs).sorted()
    guard missing.isEmpty else {
      throw ResumeError(reason: "its cells are placed on PUs \(missing), which this process may not use")
    }
  }
}

extension Record {
  /// Adds a warning that the record does not have yet.
  public mutating func warn(_ warning: String) {
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}

extension Record.Tool {
  /// What differs from `other` and may change results, each as `name: ours, now theirs`.
  func differences(from other: Record.Tool) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ old: String?, _ new: String?) {
      if old != new { differences.append("\(name): \(old ?? "none"), now \(new ?? "none")") }
    }
    compare("version", version, other.version)
    compare("configuration", configuration, other.configuration)
    for name in Set(libraries.keys).union(other.libraries.keys).sorted() {
      compare(name, libraries[name], other.libraries[name])
    }
    return differences
  }
}

extension MachineFingerprint {
  /// What differs from `other`, each as `name: ours, now theirs`.
  func differences(from other: MachineFingerprint) -> [String] {
    var differences: [String] = []
    func compare<Value: Equatable>(_ name: String, _ path: KeyPath<MachineFingerprint, Value>) {
      let (old, new) = (self[keyPath: path], other[keyPath: path])
      if old != new { differences.append("\(name): \(Self.text(old)), now \(Self.text(new))") }
    }
    compare("CPU", \.cpuModel)
    compare("CPU signature", \.cpuSignature)
    compare("microcode", \.microcode)
    compare("instruction sets", \.isa)
    compare("cores", \.cores)
    compare("allowed PUs", \.allowedPUs)
    compare("SMT", \.smtActive)
    compare("NUMA nodes", \.numaNodes)
    compare("memory", \.memoryBytes)
    compare("last-level cache", \.lastLevelCacheBytes)
    compare("CPU quota", \.quotaCPUs)
    compare("governor", \.governor)
    compare("transparent huge pages", \.transparentHugePages)
    compare("hypervisor", \.hypervisor)
    compare("kernel", \.kernel)
    compare("operating system", \.operatingSystem)
    return differences
  }

  private static func text<Value>(_ value: Value) -> String {
    if let optional = value as? any OptionalValue { return optional.text }
    return "\(value)"
  }
}

/// Shows optionals without the word `Optional`.
private protocol OptionalValue {
  var text: String { get }
}

extension Optional: OptionalValue {
  fileprivate var text: String { map { "\($0)" } ?? "none" }
}

extension Plan {
  /// The plan of a record made earlier: its own cells in their order, with new estimates.
  public init(resuming record: Record, catalogue: Catalogue) throws(PlanError) {
    var cells: [PlannedCell] = []
    for result in record.cells {
      guard let workload = catalogue.workloads.first(where: { $0.name == result.cell.workload }),
        let engine = catalogue.engine(named: result.cell.engine)
      else {
        if let model = record.spec.models?.first(where: { $0.workload == result.cell.workload }) {
          throw PlanError(reason: "cell `\(result.id)` measures the model \(model.file); give it again with --model")
        }
        throw PlanError(reason: "cell `\(result.id)` names a workload or an engine that this build does not have")
      }
      cells.append(
        PlannedCell(
          cell: result.cell, rounds: result.plannedRounds,
          secondsPerRound: Estimate.secondsPerRound(
            of: result.cell, workload: workload, engine: engine, spec: record.spec), repro: result.repro))
    }
    self.init(spec: record.spec, cells: cells, estimateBasis: Estimate.basis(engines: catalogue.engines))
  }
}
