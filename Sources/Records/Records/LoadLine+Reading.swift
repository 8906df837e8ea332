import Energy
import FoundationEssentials
import HostState

extension LoadLine {
  /// What it is, with an article, for messages.
  public static let kind = "a load line"
  /// The most bytes of a file: a step takes a few hundred, with many meters a few thousand.
  public static let sizeLimit = 16 << 20

  /// Reads what `assay loadline --output` wrote, an object with `line` and `score`, and checks its figures; scores are
  /// computed anew.
  ///
  /// - Throws: ``RecordError``, with `path` in it: damaged, or written by a newer Assay.
  public init(json: [UInt8], path: String) throws(RecordError) {
    func damaged(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    guard json.count <= Self.sizeLimit else {
      throw damaged("\(json.count) bytes are more than the \(Self.sizeLimit) that \(Self.kind) may have")
    }
    let data = Data(json)
    do {
      let version = try JSONDecoder().decode(Versions.self, from: data).line.schemaVersion
      guard version <= Self.currentSchemaVersion else {
        throw RecordError(
          kind: .newer, path: path,
          reason:
            "written by a newer Assay (load lines of schema \(version)); this one reads schemas up to "
            + "\(Self.currentSchemaVersion)"
        )
      }
      guard version >= 1 else { throw damaged("schema \(version) does not exist; the first is 1") }
      self = try JSONDecoder().decode(Document.self, from: data).line
    } catch let error as RecordError {
      throw error
    } catch let error as DecodingError {
      throw damaged("not \(Self.kind): \(error.place(in: json))")
    } catch {
      throw damaged("cannot be read as JSON: \(error)")
    }
    if let problem { throw damaged(problem) }
  }

  private struct Document: Decodable {
    let line: LoadLine
  }

  private struct Versions: Decodable {
    let line: Version

    struct Version: Decodable {
      let schemaVersion: Int
    }
  }

  private static let mostSteps = 1000
  private static let longestText = 4096

  /// The first figure that cannot be, as a clause, or nil.
  var problem: String? {
    func possible(_ values: Double...) -> Bool { values.allSatisfy { (0...1e15).contains($0) } }
    if let problem = machine.problem { return "its machine cannot be: \(problem)" }
    let texts = [createdAt, system, tool.version, tool.compiler, tool.configuration]
    guard texts.allSatisfy({ $0.utf8.count <= Self.longestText }) else { return "a text of it is too long" }
    guard (1...Self.mostSteps).contains(steps.count), calibration.count <= Self.mostSteps else {
      return "it has \(steps.count) steps; there may be 1 to \(Self.mostSteps)"
    }
    guard calibration.allSatisfy({ possible($0) }), possible(stepSeconds), maximum > 0, possible(maximum) else {
      return "a figure of it is negative, not finite or absurd"
    }
    if let monitor, monitor.readings < 0 || !possible(monitor.cpuSeconds, monitor.seconds) {
      return "what reading the meters cost cannot be"
    }
    for (index, step) in steps.enumerated() {
      guard (0...1).contains(step.load), possible(step.offered, step.completed, step.p50 ?? 0, step.p99 ?? 0),
        step.seconds > 0, possible(step.seconds), step.failed >= 0
      else { return "a figure of step \(index + 1) cannot be" }
      if let problem = step.energy.problem ?? (step.meters ?? []).lazy.compactMap(\.energy.problem).first {
        return "step \(index + 1): \(problem)"
      }
      for reading in [step.energy] + (step.meters ?? []).map(\.energy) {
        if case .measured(let energy) = reading, energy.seconds <= 0 {
          return "step \(index + 1): its energy was measured over no time"
        }
      }
    }
    return nil
  }
}
