import FoundationEssentials
import Records

/// Figures that somebody published: the summary that `assay show --json` printed, or a CSV file of its cells.
public struct PublishedFigures: Sendable {
  /// What they were written as.
  public let form: Form
  /// Every figure and every word.
  let leaves: [JSONLeaf]
  /// What money and carbon were computed from; nil where the file does not say.
  let costs: CostInputs?
  /// The budget that the choices of `assay precision` were made for; nil where there are none.
  let maxError: Double?

  /// Forms of files.
  public enum Form: String, Codable, Hashable, Sendable {
    /// A summary as JSON.
    case json
    /// A row a cell.
    case csv
  }

  /// The column of a CSV file that names cells.
  static let key = "cell"

  /// Reads a file's text.
  ///
  /// - Throws: `RecordError` of kind `damaged`, with `path` in it, where it is of neither form.
  public init(_ bytes: [UInt8], path: String) throws(RecordError) {
    func damaged(_ reason: String) -> RecordError { RecordError(kind: .damaged, path: path, reason: reason) }
    let hint = "give what assay show --json printed, or a file of assay show --csv"
    let first = bytes.first { $0 > 32 && $0 != 0xef && $0 != 0xbb && $0 != 0xbf }
    guard let first else { throw damaged("the file is empty; \(hint)") }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      form = .csv
      do {
        leaves = try CSVTable(bytes, path: path).leaves(key: Self.key, path: path)
      } catch {
        throw damaged("\(error.reason); \(hint)")
      }
      (costs, maxError) = (nil, nil)
      return
    }
    form = .json
    leaves = try JSONLeaf.all(json: bytes, path: path)
    let head = try? JSONDecoder().decode(Head.self, from: Data(bytes))
    guard let head, head.cells != nil || head.rows != nil || head.summary?.cells != nil else {
      throw damaged("it is no summary of a record; \(hint)")
    }
    guard head.schemaVersion == nil else { throw damaged("it is a record, not figures of one; \(hint)") }
    costs = (head.costs ?? head.summary?.costs)?.inputs
    if let problem = costs?.problem { throw damaged("its costs cannot be: \(problem)") }
    maxError = head.choices?.first?.maxError
  }

  /// Reads a file.
  ///
  /// - Throws: `RecordError`: not found, too large, or of neither form.
  public static func read(_ path: String) throws(RecordError) -> PublishedFigures {
    try PublishedFigures(RecordFile(path: path).bytes(of: "a published summary", limit: sizeLimit), path: path)
  }

  /// The largest file that is read.
  static let sizeLimit = 128 << 20

  /// What tells a summary from other documents.
  private struct Head: Decodable {
    let schemaVersion: Int?
    let cells: [Ignored]?
    let rows: [Ignored]?
    let costs: Costs?
    let summary: Summary?
    let choices: [Choice]?

    struct Summary: Decodable {
      let cells: [Ignored]?
      let costs: Costs?
    }

    struct Costs: Decodable {
      let inputs: CostInputs
    }

    struct Choice: Decodable {
      let maxError: Double?
    }

    struct Ignored: Decodable {
      init(from decoder: any Decoder) {}
    }
  }
}
