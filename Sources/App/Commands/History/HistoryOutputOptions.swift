import ArgumentParser

/// In which forms the figures of a history come out.
struct HistoryOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write what is shown as CSV; - for standard output, instead of the text.", valueName: "file"))
  var csv: String?

  @Flag(help: "Replace files that are there.")
  var overwrite = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard !(csv == "-" && json) else {
      throw ValidationError("--json and --csv - both print; choose one.")
    }
  }

  /// The file of `--csv`; nil where that is standard output.
  var csvFile: String? { csv == "-" ? nil : csv }

  /// Refuses what would be lost or cannot be written, before anything is read.
  ///
  /// - Parameters:
  ///   - others: other outputs of the command.
  ///   - store: the history's file.
  func requireWritable(_ others: [OutputFile.Named] = [], store: String) throws {
    let outputs = others + [("--csv", csvFile)]
    try OutputFile.requireDistinct(outputs, from: [("the history", store)])
    for (name, path) in outputs {
      if let path { try OutputFile(path, option: name).requireWritable(overwrite: overwrite) }
    }
  }

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
