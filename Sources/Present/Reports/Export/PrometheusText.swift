/// Prometheus' text format: families of samples, each with its help and its type.
///
/// Source: Prometheus' documentation, "Exposition formats", text-based format 0.0.4: in help `\` and line feeds are escaped, in
/// values of labels `"` too; all samples of a family stand together; the last line ends with a line feed.
struct PrometheusText {
  private var families: [(name: String, help: String, samples: [String])] = []
  private var comments: [String] = []

  /// Adds a sample of a gauge; its family is made where it is new.
  mutating func add(_ name: String, _ help: String, _ labels: [(name: String, value: String)], _ value: Double) {
    let set = labels.map { "\($0.name)=\"\(Self.label($0.value))\"" }.joined(separator: ",")
    let sample = "\(name){\(set)} \(Self.number(value))"
    if let place = families.firstIndex(where: { $0.name == name }) {
      families[place].samples.append(sample)
    } else {
      families.append((name, help, [sample]))
    }
  }

  /// Adds a line that programs pass over.
  mutating func comment(_ text: String) { comments.append("# Note: \(text.printable)") }

  /// The file.
  var text: String {
    let lines =
      comments
      + families.flatMap { ["# HELP \($0.name) \(Self.help($0.help))", "# TYPE \($0.name) gauge"] + $0.samples }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func help(_ text: String) -> String { text.printable.replacing("\\", with: "\\\\") }

  private static func label(_ text: String) -> String {
    text.printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
    return Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
