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
    let known = Precision.measurable.map(\.rawValue)
    let match = try NameList.match(name, in: known, kind: "precision").get()
    guard let precision = Precision(rawValue: match) else {
      throw UnknownName(kind: "precision", name: name, known: known)
    }
    return precision
  }

  /// The numerics contract of that name; case does not matter.
  public static func contract(_ name: String) throws(UnknownName) -> NumericsContract {
    let known = NumericsContract.all.map(\.name)
    let match = try NameList.match(name, in: known, kind: "numerics contract").get()
    guard let contract = NumericsContract.named(match) else {
      throw UnknownName(kind: "numerics contract", name: name, known: known)
    }
    return contract
  }

  /// The instruction sets of this CPU that belong to the level of that name; nil caps nothing.
  public static func features(cappedAt name: String?) throws -> CPUFeatures {
    try .detect(cappedAt: name.map(isaLevel))
  }

  /// The calibration method of that name; case does not matter.
  public static func calibrationMethod(_ name: String) throws(PlanError) -> CalibrationMethod {
    guard let method = CalibrationMethod(named: name) else {
      throw PlanError(
        reason: "there is no calibration method `\(name.prefix(60))`; there are \(CalibrationMethod.names)")
    }
    return method
  }

  /// The instruction-set level of that name; case does not matter.
  public static func isaLevel(_ name: String) throws(UnknownName) -> ISALevel {
    guard let level = ISALevel(named: name) else {
      throw UnknownName(
        kind: "instruction-set level", name: String(name.prefix(60)), known: ISALevel.allCases.map(\.rawValue),
        meant: [ISALevel.standIn(for: name)?.rawValue].compactMap(\.self))
    }
    return level
  }
}
