import ArgumentParser

/// How a comparison is shown, and where it goes.
struct CompareOutputOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print a comment for a pull request.")
  var markdown = false

  @Option(help: ArgumentHelp("Write a picture of the effects with their intervals.", valueName: "file"))
  var svg: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write what would be printed to this file instead.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace files that are there.")
  var overwrite = false

  /// Refuses what cannot be written, or what would overwrite an input, before anything is read.
  ///
  /// - Parameter trial: where a trial goes that is measured; nil for none.
  func requireWritable(inputs: [String], trial: String?) throws(CommandFailure) {
    guard !(json && markdown) else {
      throw CommandFailure("--json and --markdown both print; choose one.", exitCode: 64)
    }
    guard !overwrite || svg != nil || output != nil || trial != nil else {
      throw CommandFailure("--overwrite needs --output, --svg or --trial with the file to replace.", exitCode: 64)
    }
    try OutputFile.requireDistinct(
      [("--output", output), ("--svg", svg), ("--trial", trial)], from: inputs.map { (name: "the input", path: $0) })
    for (option, path) in [("--output", output), ("--svg", svg)] {
      if let path { try OutputFile(path, option: option).requireWritable(overwrite: overwrite) }
    }
  }

  /// Prints the text, or writes it to `--output`.
  func deliver(_ text: String) throws(CommandFailure) {
    if let output {
      try OutputFile(output, option: "--output").write(text.utf8)
    } else {
      try Terminal.write(text)
    }
  }

  /// Writes the picture, where one was asked for.
  func draw(_ picture: @autoclosure () -> String) throws(CommandFailure) {
    if let svg { try OutputFile(svg, option: "--svg").write(picture().utf8) }
  }
}
