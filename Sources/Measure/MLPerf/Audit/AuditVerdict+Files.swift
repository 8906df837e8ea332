import LoadGen

extension AuditVerdict {
  /// The files of an audit in a submission's layout: the logs of the audited run, and what each check says.
  ///
  /// - Parameter log: The audited run.
  /// - Returns: Folders below the audit's own, and their files.
  public func files(of log: RunLog) -> [(folder: String, files: [LogFile])] {
    let logs = MLPerfLogWriter().files(of: log)
    let isResponses = { (file: LogFile) in file.name == MLPerfLogWriter.FileName.accuracy }
    var folders = [("performance/run_1", logs.filter { !isResponses($0) })]
    if audit == .test01 { folders.append(("accuracy", logs.filter(isResponses))) }
    var verdicts = [LogFile(name: "verify_performance.txt", text: text(of: checks.filter { $0.name != "accuracy" }))]
    if audit == .test01 {
      verdicts.append(LogFile(name: "verify_accuracy.txt", text: text(of: checks.filter { $0.name == "accuracy" })))
    }
    folders.append((".", verdicts))
    return folders
  }

  /// Official tools look for the last line.
  private func text(of checks: [Check]) -> String {
    let sentences = checks.map { $0.sentence + "\n" }.joined()
    return sentences + (checks.allSatisfy(\.passes) ? "TEST PASS\n" : "TEST FAIL\n")
  }
}
