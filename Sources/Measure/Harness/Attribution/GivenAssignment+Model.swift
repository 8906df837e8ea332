import Engines
import ModelGraph
import NumericFormats
import Records
import Workloads

extension GivenAssignment {
  /// Reads the files of a run and holds each against its workload and against what engine `native` computes here.
  ///
  /// - Parameters:
  ///   - models: the user's models among the workloads.
  ///   - features: the instruction sets of the run.
  /// - Throws: ``RecordError``, ``AssignmentError``, and what workloads throw.
  public static func read(
    _ paths: [String], models: [ONNXWorkload], features: CPUFeatures
  ) throws -> [GivenAssignment] {
    var seen: Set<String> = []
    return try paths.map { path in
      let contents = try AssignmentFile(path: path)
      func fail(_ reason: String) -> AssignmentError { AssignmentError(.foreign, path, reason) }
      guard seen.insert(contents.model).inserted else {
        throw fail("another file assigns nodes of \(contents.model) too")
      }
      guard models.contains(where: { $0.name == contents.model }) || WorkloadRegistry.names.contains(contents.model)
      else { throw fail("it assigns nodes of the model \(contents.model), which is not measured") }
      let workload = try KnownNames.workload(contents.model, models: models)
      let graph = try workload.graph(batch: 1)
      let nodes = Set(graph.nodes.filter(\.op.isMultiplyAccumulate).map(\.name))
      if let unknown = contents.exceptions.keys.sorted().first(where: { !nodes.contains($0) }) {
        throw fail("\(contents.model) has no node \(unknown) that multiplies")
      }
      let numerics = try contents.numerics(path: path)
      let parameters = try workload.parameters(for: graph)
      guard ParameterDigest.sha256(of: parameters, in: graph) == contents.parametersSHA256 else {
        throw fail("it is for a model called \(contents.model) whose weights differ; attribute again")
      }
      try numerics.requireNative(path: path, features)
      return GivenAssignment(
        file: String(path.split(separator: "/").last ?? ""),
        sha256: ParameterDigest.sha256(of: try contents.encoded(path: path)), contents: contents)
    }
  }
}

extension AssignmentFile {
  /// The contracts by their names.
  ///
  /// - Throws: ``AssignmentError`` for names that this build does not know.
  func numerics(path: String) throws(AssignmentError) -> NumericsAssignment {
    func contract(_ name: String) throws(AssignmentError) -> NumericsContract {
      guard let contract = NumericsContract.named(name) else {
        throw AssignmentError(.foreign, path, "this build does not know the numerics contract `\(name)`")
      }
      return contract
    }
    var numerics = NumericsAssignment(try contract(self.contract))
    for (node, name) in exceptions { numerics.exceptions[node] = try contract(name) }
    return numerics
  }
}

extension NumericsAssignment {
  /// Refuses contracts that engine `native` does not compute with instructions of their own here.
  fileprivate func requireNative(path: String, _ features: CPUFeatures) throws(AssignmentError) {
    let engine = EngineRegistry.defaultEngine
    let known = Precision.measurable.filter { engine.execution(of: $0, on: features) == .native }
      .map { engine.contract(for: $0, on: features) }
    guard let other = contracts.subtracting(known).map(\.name).min() else { return }
    throw AssignmentError(
      .unavailable, path,
      "engine \(engine.name) computes \(known.map(\.name).joined(separator: ", ")) natively here, and not \(other)")
  }
}

extension RoundRequest {
  /// Which contract each node of the cell's model follows; nil where all follow the cell's.
  var numerics: NumericsAssignment? {
    get throws(AssignmentError) {
      guard let assignment else { return nil }
      return try assignment.contents.numerics(path: assignment.file)
    }
  }
}

extension Plan {
  /// Refuses assignments that no cell follows.
  ///
  /// - Throws: ``AssignmentError``.
  public func requireUse(of assignments: [GivenAssignment]) throws(AssignmentError) {
    for given in assignments where !cells.contains(where: { $0.cell.assignment == given.label }) {
      let precision = NumericsContract.named(given.contents.contract)?.precision.rawValue ?? given.contents.contract
      throw AssignmentError(
        .unused, given.file,
        "no cell measures \(given.contents.model) at \(precision) on \(EngineRegistry.defaultEngine.name); add "
          + "--precision \(precision) or leave it out")
    }
  }
}

/// An assignment of contracts to nodes that a run cannot follow.
public struct AssignmentError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public let kind: Kind
  /// Where the file lies.
  public let path: String
  /// Why it cannot be followed.
  public let reason: String

  init(_ kind: Kind, _ path: String, _ reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  /// Kinds of faults, each with its exit code.
  public enum Kind: Hashable, Sendable {
    /// It belongs to another model or another build.
    case foreign
    /// Nothing that is measured would follow it.
    case unused
    /// This CPU does not compute it.
    case unavailable
  }

  /// One sentence for the user.
  public var description: String { "The assignment \(path) cannot be followed: \(reason)." }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 {
    switch kind {
    case .foreign: 65
    case .unused: 64
    case .unavailable: 69
    }
  }
}
