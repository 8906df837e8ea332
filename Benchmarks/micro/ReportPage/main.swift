// How long the page of a record takes, part by part, and how large it is.
//
//   ASSAY_REPORT_PAGES="$PWD/pages" swift test --filter ReportPageTests
//   swift run -c release report-page pages/large.json
//
// Goals for a record of 500 cells: under 3 seconds from the file to the page, and under 5 MB.
import Analysis
import Glibc
import Records
import Reports

func seconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Does something once, as the command does, and prints how long it took.
func time<Result>(_ title: String, _ work: () throws -> Result) rethrows -> Result {
  let start = seconds()
  let result = try work()
  let gap = String(repeating: " ", count: max(1, 12 - title.count))
  print("\(title)\(gap)\(((seconds() - start) * 1000).rounded()) ms")
  return result
}

guard CommandLine.arguments.count == 2 else {
  print("usage: report-page RECORD")
  exit(64)
}
let path = CommandLine.arguments[1]
let start = seconds()
guard case .record(let record) = try time("read", { try ResultDocument.read(path: path) }) else {
  print("\(path) is no record of a run.")
  exit(65)
}
let summary = time("summary") { RunSummary(of: record) }
let sweep = try time("sweep") { try SweepSummary(of: record) }
let html = time("page") { ReportPage([.run(record, summary, sweep: sweep, path: path)]).html }
print("all         \(((seconds() - start) * 1000).rounded()) ms, \(record.cells.count) cells, \(html.utf8.count) bytes")
