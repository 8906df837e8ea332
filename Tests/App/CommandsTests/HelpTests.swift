import AppTestSupport
import Foundation
import Testing

private let commands = [
  "", "run", "precision", "plan", "show", "verify", "explain", "list", "kernels", "fetch", "topology", "placement",
  "doctor", "inspect", "infer", "export-model", "roofline", "calibrate", "attribute", "conformance", "numerics",
  "numerics list", "numerics show", "numerics convert", "numerics dot", "mlperf", "mlperf run", "mlperf peak",
  "mlperf early-stopping", "mlperf schedule", "mlperf check", "mlperf package", "mlperf audit", "power", "power list",
  "power measure", "loadline", "compare", "gate", "export", "report", "history", "history list", "history add",
  "history trend", "history remove",
]

@Suite struct HelpTests {
  @Test(arguments: [
    "run", "precision", "plan", "show", "explain", "list", "kernels", "fetch", "topology", "placement", "doctor",
    "inspect", "compare", "gate", "export", "verify",
    "infer", "export-model", "roofline", "calibrate", "attribute", "conformance", "loadline",
  ])
  func everyCommandHasAnExampleAndJSON(command: String) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run([command, "--help"], in: folder)
      #expect(result.status == 0)
      #expect(result.output.contains("assay \(command)"))
      #expect(result.output.contains("Examples:"))
      #expect(result.output.contains("--json"))
    }
  }

  @Test(arguments: [
    ("power", ["assay power -- sleep 1", "assay power list", "(default)"]),
    (
      "power list",
      [
        "assay power list", "--json", "--sys-root <folder>", "--redfish-credentials <file>",
        "--ipmi-credentials <file>",
      ]
    ),
    ("power measure", ["assay power -- sleep 1", "--json", "--output <file>", "(default: 3"]),
    ("loadline", ["assay loadline resnet50", "(default: 10s)", "(default: 10)", "--svg <file>"]),
    ("show", ["--csv <file>", "--svg <file>", "--costs <file>", "assay show NAME.json --csv cells.csv"]),
  ])
  func helpOfEnergySaysWhatThereIs(command: String, parts: [String]) throws {
    try AssayProcess.withFolder { folder in
      let help = try AssayProcess.run(command.split(separator: " ").map(String.init) + ["--help"], in: folder)
      #expect(help.status == 0)
      for part in parts { #expect(help.output.contains(part), "\(part)") }
      // A single word cannot be broken.
      #expect(help.output.split(separator: "\n").filter { $0.count > 80 && $0.split(separator: " ").count > 1 } == [])
    }
  }

  /// `--samples` chooses nothing for models that are compared over the whole of a task.
  @Test func whatSamplesDoNotChooseIsSaid() throws {
    try AssayProcess.withFolder { folder in
      let help = try AssayProcess.run(["precision", "--help"], in: folder).output
      let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("32 by default, or as many as there are. Always all of the task of: minilm-l6."))
    }
  }

  @Test(arguments: commands)
  func examplesFitEightyColumns(command: String) throws {
    try AssayProcess.withFolder { folder in
      let help = try AssayProcess.run(command.split(separator: " ").map(String.init) + ["--help"], in: folder)
      let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false)
      let first = try #require(lines.firstIndex(of: "Examples:"))
      let examples = lines[(first + 1)...].prefix { !$0.isEmpty }
      #expect(!examples.isEmpty)
      // What is too long for a line goes on at the beginning of the next one.
      for line in examples { #expect(line.hasPrefix("  "), "\(line)") }
    }
  }

  /// The terminal's width breaks paragraphs, and nothing else does.
  @Test(arguments: commands)
  func paragraphsAreBrokenOnce(command: String) throws {
    try AssayProcess.withFolder { folder in
      let help = try AssayProcess.run(command.split(separator: " ").map(String.init) + ["--help"], in: folder)
      let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false).prefix {
        !$0.hasPrefix("USAGE:")
      }
      #expect(lines.count > 3)
      for (line, next) in zip(lines, lines.dropFirst()) where !line.isEmpty && !line.hasSuffix(":") {
        guard let word = next.split(separator: " ").first, !line.hasPrefix(" "), !next.hasPrefix(" ") else { continue }
        #expect(line.count + 1 + word.count > 78, "\(line)")
      }
    }
  }

  @Test(arguments: [
    ["plan"], ["list"], ["kernels"], ["kernels", "--max-isa", "AVX2"], ["topology"], ["doctor"],
    ["explain", "resnet50"], ["explain", "ResNet50"],
    ["topology", "--synthetic", "package:2 core:4 pu:2"],
    ["placement"], ["placement", "per-package", "--synthetic", "package:2 core:4 pu:2"],
    ["mlperf", "schedule"], ["mlperf", "early-stopping"],
    ["mlperf", "early-stopping", "--queries", "10000", "--over", "80"],
  ])
  func jsonIsJSONAndTextIsText(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      let json = try AssayProcess.run(arguments + ["--json"], in: folder)
      #expect(json.status == 0, "\(json.error)")
      #expect(try !AssayProcess.json(json.output).isEmpty)
      let text = try AssayProcess.run(arguments, in: folder)
      #expect(text.status == 0, "\(text.error)")
      #expect(text.output.split(separator: "\n").count >= 3)
      #expect(!text.output.contains("\u{1B}"), "no escape sequences outside a terminal")
    }
  }
}
