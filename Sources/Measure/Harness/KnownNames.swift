import Engines
import NumericFormats
import Workloads

/// Names of this build's workloads, engines and precisions as values, with the nearest name where there is none.
public enum KnownNames {
  /// The workload of that name or alias; case does not matter. The user's own models come first.
  public static func workload(_ name: String, models: [ONNXWorkload] = []) throws -> any Workload {
    if let model = models.first(where: { $0.name == name }) { return model }
    let known = WorkloadRegistry.names + WorkloadRegistry.aliases.keys.sorted()
    return try WorkloadRegistry.workload(named: NameList.match(name, in: known, kind: "workload").get())
  }

  /// The engine of that name; case does not matter.
  public static func engine(_ name: String) throws -> any Engine {
    let match = try NameList.match(name, in: EngineRegistry.names, kind: "engine").get()
    guard let engine = EngineRegistry.engine(named: match) else {
      throw UnknownName(kind: "engine", name: name, known: EngineRegistry.names)
    }
    return engine
  }

  /// The precision of that name; case does not matter.
  public static func precision(_ name: String) throws -> Precision {
    let known = Precision.allCases.map(\.rawValue)
    let match = try NameList.match(name, in: known, kind: "precision").get()
    guard let precision = Precision(rawValue: match) else {
      throw UnknownName(kind: "precision", name: name, known: known)
    }
    return precision
  }

  /// The highest instruction-set level of this CPU that does not exceed the level of that name; nil caps nothing.
  public static func isa(cappedAt name: String?) throws -> ISALevel {
    guard let name else { return .detect() }
    let known = ISALevel.allCases.map(\.rawValue)
    let match = try NameList.match(name, in: known, kind: "instruction-set level").get()
    return .detect(cappedAt: ISALevel(rawValue: match))
  }
}
