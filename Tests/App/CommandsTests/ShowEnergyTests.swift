import AppTestSupport
import Foundation
import MachineTestSupport
import Testing

private struct BadCosts: Sendable {
  let text: String
  let status: Int32
  let part: String

  init(_ text: String, _ part: String, _ status: Int32 = 65) {
    self.text = text
    self.status = status
    self.part = part
  }
}

private let badFiles = [
  BadCosts("price-per-hours: 1", "the name `price-per-hours`; it may have electricity-price, grid-intensity"),
  BadCosts("pue: [1.2", "is no YAML ("), BadCosts("- pue", "is to hold names and values"),
  BadCosts("", "is to hold names and values"), BadCosts("pue: cheap", "`pue` in the file of costs is to be a number."),
  BadCosts("pue: \"1.2\"", "`pue` in the file of costs is to be a number."),
  BadCosts("pue: 1.2\n#" + String(repeating: "x", count: 1 << 16), "is too large"),
  BadCosts("pue: 0.9", "pue is 0.9; it must be at least 1."), BadCosts("pue: .nan", "pue is nan"),
  BadCosts("currency: E=1", "currency is to be a short word"),
  BadCosts("price-per-hour: 1\npurchase-price: 5", "rented or owned"),
  BadCosts("\"\\e[31m\": 1", "the name `"),
]

private let badOptions: [(arguments: [String], status: Int32, part: String)] = [
  (["--costs", "missing.yaml"], 66, "missing.yaml cannot be read."), (["--costs", "."], 66, ". cannot be read."),
  (["--pue", "0.5"], 64, "pue is 0.5; it must be at least 1."),
  (["--lifetime-years", "0", "--purchase-price", "1"], 64, "lifetime-years is 0.0; it must be above 0."),
  (["--price-per-hour", "much"], 64, "--price-per-hour"),
  (["--json", "--csv", "-"], 64, "--json and --csv - both print"),
  (["--csv", ""], 64, "--csv needs the path of a file."),
  (["--csv", "/proc/none/x"], 73, "/proc/none/x"), (["--csv", "x.csv", "--svg", "x.csv"], 64, "are one file"),
  (["--csv", "record.json"], 64, "are one file"),
]

/// What `assay show` makes of a run whose energy is modelled: it needs no meter, and its watts are known.
@Suite(.serialized) struct ShowEnergyTests {
  /// One record for all tests, measured once.
  private static let record = Result {
    try AssayProcess.withFolder { folder -> Data in
      let none = try FakeSystem()
      let run = try AssayProcess.run(
        [
          "run", "--workload", "minilm-small", "--threads", "1", "--rounds", "2", "--min-duration", "0.1",
          "--max-warm-up", "0.1", "--scenario", "Offline", "--idle-time", "0", "--sys-root", none.root, "--power-model",
          "idle=100,max=100", "--output", "record.json",
        ], in: folder)
      try #require(run.status == 0, "\(run.error)")
      return try Data(contentsOf: folder.appending(path: "record.json"))
    }
  }

  private func show(_ arguments: [String], _ body: (AssayProcess.Result, URL) throws -> Void) throws {
    try AssayProcess.withFolder { folder in
      try Self.record.get().write(to: folder.appending(path: "record.json"))
      try body(try AssayProcess.run(["show", "record.json"] + arguments, in: folder), folder)
    }
  }

  /// Fields by columns' names; commas within quotes are part of a field.
  private static func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\r\n").map { line in
      line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().reduce(into: [""]) { fields, part in
        let pieces =
          part.offset.isMultiple(of: 2)
          ? part.element.split(separator: ",", omittingEmptySubsequences: false) : [part.element]
        fields[fields.count - 1] += pieces[0]
        fields += pieces.dropFirst().map(String.init)
      }
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test func csvOnStandardOutputIsAllThatIsPrinted() throws {
    try show(["--csv", "-"]) { result, folder in
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.hasPrefix("cell,workload,precision,"))
      #expect(!result.output.contains("Performance") && result.output.hasSuffix("\r\n"))
      let row = try #require(Self.rows(result.output).first)
      #expect(row["energy_provenance"] == "modelled" && row["workload"] == "minilm-small")
      // 100 W however busy the machine is.
      let (watts, tokens) = (row["power_W"].flatMap { Double($0) }, row["energy_J_per_token"].flatMap { Double($0) })
      #expect((95.0...105).contains(try #require(watts)))
      let joules = try #require(row["energy_J_per_sample"].flatMap { Double($0) })
      // As many tokens as the model takes.
      let count = joules / (try #require(tokens))
      #expect(count > 1.5 && abs(count - count.rounded()) < 1e-6)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "-").path))
    }
  }

  @Test func csvInAFileIsBesideTheTables() throws {
    try show(["--csv", "cells.csv", "--svg", "energy.svg"]) { result, folder in
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.contains("Performance\n") && result.output.contains("\nEnergy\n"))
      #expect(try String(contentsOf: folder.appending(path: "cells.csv"), encoding: .utf8).hasPrefix("cell,workload,"))
      let svg = try String(contentsOf: folder.appending(path: "energy.svg"), encoding: .utf8)
      #expect(svg.contains("minilm-small: modelled energy against throughput"))
    }
  }

  @Test func aPipeOfCostsIsNotWaitedFor() throws {
    try AssayProcess.withFolder { folder in
      try Self.record.get().write(to: folder.appending(path: "record.json"))
      #expect(mkfifo(folder.appending(path: "pipe").path, 0o600) == 0)
      let result = try AssayProcess.run(["show", "record.json", "--costs", "pipe"], in: folder)
      #expect(result.status == 65)
      #expect(result.error.contains("is to hold names and values"))
    }
  }

  @Test(arguments: badFiles)
  fileprivate func whatIsWrongWithAFileOfCostsIsSaid(file: BadCosts) throws {
    try AssayProcess.withFolder { folder in
      try Self.record.get().write(to: folder.appending(path: "record.json"))
      try Data(file.text.utf8).write(to: folder.appending(path: "costs.yaml"))
      let result = try AssayProcess.run(["show", "record.json", "--costs", "costs.yaml"], in: folder)
      #expect(result.status == file.status && result.output.isEmpty)
      let words = result.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains(file.part), "\(result.error)")
      #expect(!result.error.contains("\u{1B}"))
    }
  }

  @Test(arguments: badOptions)
  func whatIsWrongWithOptionsIsSaid(arguments: [String], status: Int32, part: String) throws {
    try show(arguments) { result, _ in
      #expect(result.status == status, "\(result.error)")
      #expect(result.error.contains(part), "\(result.error)")
    }
  }

  /// 7.2 an hour are 2000 for each million seconds; the option's price goes over the file's.
  @Test func optionsGoOverTheFile() throws {
    try AssayProcess.withFolder { folder in
      try Self.record.get().write(to: folder.appending(path: "record.json"))
      let file = "price-per-hour: 1\nelectricity-price: 0\npue: 1\ngrid-intensity: 3600\ncurrency: EUR\n"
      try Data(file.utf8).write(to: folder.appending(path: "costs.yaml"))
      let result = try AssayProcess.run(
        ["show", "record.json", "--costs", "costs.yaml", "--price-per-hour", "7.2", "--csv", "-"], in: folder)
      #expect(result.status == 0, "\(result.error)")
      let row = try #require(Self.rows(result.output).first)
      func number(_ name: String) throws -> Double { try #require(row[name].flatMap { Double($0) }) }
      let expected = 2000 / (try number("throughput_samples_per_s"))
      #expect(abs(try number("cost_EUR_per_1e6_samples") / expected - 1) < 1e-9)
      // 3600 g for a kWh of 3.6 MJ: a gram for a kJ.
      let grams = try number("carbon_gCO2e_per_1000_samples")
      #expect(abs(grams / (try number("energy_J_per_sample")) - 1) < 1e-9)
      #expect(row["carbon_of"]?.hasSuffix("; grid-intensity; pue") == true)
    }
  }
}
