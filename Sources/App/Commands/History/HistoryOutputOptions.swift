import ArgumentParser

/// In which forms the figures of a history come out.
struct HistoryOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write what is shown as CSV; - for standard output, instead of the text.", valueName: "file"))
  var csv: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard !(csv == "-" && json) else {
      throw ValidationError("--json and --csv - both print; choose one.")
    }
  }

  /// The file of `--csv`; nil where that is standard output.
  var csvFile: String? { csv == "-" ? nil : csv }

  /// Writes and prints what the options ask for.
  func write(_ value: some Encodable, csv lines: @autoclosure () -> String, text: @autoclosure () -> String) throws {
    if csv == "-" { return try Terminal.write(lines()) }
    if let csvFile { try OutputFile(csvFile, option: "--csv").write(lines().utf8) }
    if json {
      try Terminal.write(json: value)
    } else {
      try Terminal.write(text())
    }
  }
}
