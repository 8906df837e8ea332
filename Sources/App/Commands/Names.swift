import Engines
import Harness
import NumericFormats
import Workloads

/// Names from the command line as values, with the nearest name where there is none.
enum Names {
  static func workload(_ name: String) throws -> any Workload {
    let known = WorkloadRegistry.names + WorkloadRegistry.aliases.keys.sorted()
    guard known.contains(name) else { throw UnknownName(kind: "workload", name: name, known: known) }
    return try WorkloadRegistry.workload(named: name)
  }

  static func engine(_ name: String) throws -> any Engine {
    guard let engine = EngineRegistry.engine(named: name) else {
      throw UnknownName(kind: "engine", name: name, known: EngineRegistry.names)
    }
    return engine
  }

  static func precision(_ name: String) throws -> Precision {
    guard let precision = Precision(rawValue: name.lowercased()) else {
      throw UnknownName(kind: "precision", name: name, known: Precision.allCases.map(\.rawValue))
    }
    return precision
  }
}
