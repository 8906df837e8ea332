import Analysis
import Energy
import NumericFormats
import Records
import Testing

@testable import Reports

/// Reads CSV as RFC 4180 has it, field by field; independent of what writes it.
private func parse(_ text: String) -> [[String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var field = ""
  var isQuoted = false
  var scalars = Array(text.unicodeScalars)[...]
  while let scalar = scalars.popFirst() {
    switch scalar {
    case "\"" where isQuoted && scalars.first == "\"":
      field.append("\"")
      scalars.removeFirst()
    case "\"": isQuoted.toggle()
    case "," where !isQuoted:
      row.append(field)
      field = ""
    case "\r" where !isQuoted && scalars.first == "\n":
      scalars.removeFirst()
      rows.append(row + [field])
      (row, field) = ([], "")
    default: field.unicodeScalars.append(scalar)
    }
  }
  return rows + (field.isEmpty && row.isEmpty ? [] : [row + [field]])
}

@Suite struct CSVExportTests {
  private static var costs: CostInputs {
    var inputs = EnergySample.costs
    inputs.gridIntensity = 400
    return inputs
  }

  private func rows(_ record: Record, _ costs: CostInputs? = nil) -> [[String: String]] {
    let rows = parse(CSVExport(record: record, summary: RunSummary(of: record, costs: costs)).text)
    guard let head = rows.first else { return [] }
    #expect(Set(head).count == head.count)
    return rows.dropFirst().map { row in
      #expect(row.count == head.count)
      return Dictionary(uniqueKeysWithValues: zip(head, row))
    }
  }

  @Test("What users see") func snapshots() throws {
    for (name, record) in [("busy", Sample.busy), ("energy", EnergySample.record)] {
      let text = CSVExport(record: record, summary: RunSummary(of: record, costs: Self.costs)).text
      try expectSnapshot(text, "csv-\(name)")
    }
  }

  @Test func everyCellHasARow() {
    let rows = rows(Sample.busy)
    #expect(rows.map { $0["cell"] } == Sample.busy.cells.map(\.id))
    #expect(rows.map { $0["speed_reason"] }.filter { $0 == "" }.count == 4)
    #expect(rows[4]["speed_reason"] == "emulated: the time of imitation is not speed")
    #expect(rows[4]["throughput_samples_per_s"] == "" && rows[4]["p50_ms"] == "")
    #expect(rows[7]["speed_reason"] == "not measured yet")
    #expect(rows[3]["failure"] == "killed by signal 11 (SIGSEGV)")
    #expect(rows[0]["p50_has_enough_queries"] == "true" && rows[0]["p99_has_enough_queries"] == "false")
    #expect(rows[1]["disturbances"] == "steal")
  }

  /// 255 J for 120 samples in 6 s; see the tests of the report.
  @Test func measuredFigures() throws {
    let row = rows(EnergySample.record)[0]
    func number(_ name: String) throws -> Double { try #require(row[name].flatMap(Double.init)) }
    #expect(row["energy_provenance"] == "measured" && row["energy_source"] == "powercap-rapl")
    #expect(row["energy_domains"] == "package-0" && row["energy_rounds"] == "3")
    #expect(abs(try number("energy_J_per_sample") - 2.125) < 1e-12)
    #expect(abs(try number("energy_meter_uncertainty_J_per_sample") - 0.02125) < 1e-12)
    #expect(abs(try number("energy_lower95_J_per_sample") - (2.125 - 0.0621)) < 1e-4)
    #expect(abs(try number("energy_upper95_J_per_sample") - (2.125 + 0.0621)) < 1e-4)
    #expect(abs(try number("net_energy_J_per_sample") - 1.05) < 1e-12)
    #expect(abs(try number("net_energy_uncertainty_J_per_sample") - 0.05725) < 1e-9)
    #expect(abs(try number("power_W") - 42.5) < 1e-12)
    #expect(abs(try number("idle_power_W") - 21.5) < 1e-12)
    #expect(abs(try number("energy_mJ_per_query") - 2125) < 1e-9)
    #expect(abs(try number("samples_per_J") - 1 / 2.125) < 1e-12)
    #expect(abs(try number("energy_delay_product_J_s") - 2.125 * (try number("p50_ms")) / 1e3) < 1e-9)
    #expect(row["energy_J_per_token"] == "" && row["energy_reason"] == "")
    #expect(row["energy_model_lower_J_per_sample"] == "" && row["cost_EUR_per_1e6_samples"] == nil)
  }

  /// 271.5 J for 33 samples of 384 tokens.
  @Test func tokens() throws {
    let joules = rows(EnergySample.record)[4]["energy_J_per_token"].flatMap(Double.init)
    #expect(abs(try #require(joules) - 271.5 / 33 / 384) < 1e-9)
  }

  @Test func modelledAndUnavailableSayWhatTheyAre() throws {
    let rows = rows(EnergySample.record)
    #expect(rows[2]["energy_provenance"] == "modelled" && rows[2]["energy_source"] == "ccf-aws")
    #expect(rows[2]["energy_lower95_J_per_sample"] == "" && rows[2]["energy_meter_uncertainty_J_per_sample"] == "")
    let bounds = ["lower", "upper"].compactMap { rows[2]["energy_model_\($0)_J_per_sample"].flatMap(Double.init) }
    let joules = try #require(rows[2]["energy_J_per_sample"].flatMap(Double.init))
    #expect(bounds.count == 2 && zip(bounds, [0.5, 1.5]).allSatisfy { abs($0 - $1 * joules) < 1e-9 })
    #expect(rows[5]["energy_provenance"] == "unavailable" && rows[5]["energy_reason"] == EnergySample.unreadable)
    for name in ["energy_J_per_sample", "power_W", "samples_per_J", "energy_mJ_per_query", "net_energy_J_per_sample"] {
      #expect(rows[5][name] == "")
    }
  }

  @Test func costs() throws {
    let rows = rows(EnergySample.record, Self.costs)
    let row = rows[0]
    func number(_ name: String) throws -> Double { try #require(row[name].flatMap(Double.init)) }
    // 2.125 J a sample: 2.125 MJ with PUE are 0.7083 kWh for a million.
    #expect(abs(try number("electricity_cost_EUR_per_1e6_samples") - 2.125 * 1.2 * 0.3 / 3.6) < 1e-9)
    #expect(abs(try number("upper_electricity_cost_EUR_per_1e6_samples") - 1.01 * 2.125 * 1.2 * 0.3 / 3.6) < 1e-9)
    #expect(abs(try number("carbon_gCO2e_per_1000_samples") - 2.125 * 1.2 * 400 / 3600) < 1e-9)
    let money = try number("cost_EUR_per_1e6_samples")
    #expect(abs(money - (try number("machine_cost_EUR_per_1e6_samples")) - 0.2125) < 1e-9)
    #expect(abs(try number("samples_per_EUR") * money - 1e6) < 1e-3)
    #expect(row["carbon_of"] == "energy (powercap-rapl); grid-intensity; pue" && row["cost_reason"] == "")
    #expect(rows[5]["cost_EUR_per_1e6_samples"] == "")
    #expect(rows[5]["cost_reason"] == "There is no energy: " + EnergySample.unreadable)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("a \"b\"", "\"a \"\"b\"\"\""), ("=1+1", "'=1+1"), ("+1", "'+1"),
    ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("=HYPERLINK(\"http://x\",1)", "\"'=HYPERLINK(\"\"http://x\"\",1)\""),
    ("=\u{301}x", "'=\u{301}x"), ("＝1", "'＝1"), ("\t=1", "\u{FFFD}=1"), ("\r\n=1", "\u{FFFD}\u{FFFD}=1"),
    ("a\u{1B}[31m", "a\u{FFFD}[31m"), ("a=b-c", "a=b-c"), ("", ""), ("a\",b\u{301}", "\"a\"\",b\u{301}\""),
  ])
  func textsAreHarmless(text: String, field: String) { #expect(CSVField.text(text) == field) }

  /// Numbers stay numbers, negative ones among them.
  @Test func numbers() {
    #expect(CSVField.number(-0.25) == "-0.25" && CSVField.number(1e-7) == "1e-07")
    #expect(CSVField.number(nil) == "" && CSVField.number(.nan) == "" && CSVField.number(.infinity) == "")
  }

  @Test func aHostileRecordIsStillATable() {
    let evil = "=cmd|' /C calc'!A0,\"\r\n@x"
    let cell = Sample.cell(evil, .fp32, threads: 1, .performance(.singleStream))
    var record = Sample.record(
      [Sample.performance(cell, milliseconds: 5, count: 5, energy: .unavailable(reason: evil))], status: .complete,
      warnings: [])
    record.cells[0].repro = evil
    let rows = rows(record)
    #expect(rows.count == 1)
    for name in ["cell", "workload", "energy_reason", "command"] {
      #expect(rows[0][name]?.hasPrefix("'=cmd|' /C calc'!A0,\"") == true)
    }
  }
}
