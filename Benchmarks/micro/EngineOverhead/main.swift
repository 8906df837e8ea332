// How much a whole model costs over its matrix products alone: the openblas engine against plain cblas_sgemm.
//
//   swift run -c release engine-overhead [rounds] [seconds]
//
// Every round runs both arms of every case in fresh processes, in random order; the ratio of a case is the median over rounds of
// model time / sum of cblas_sgemm times with the same thread count and OPENBLAS_CORETYPE.
import Engines
import Foundation
import Subprocess
import SystemPackage
import Workloads

struct Case: Hashable {
  let workload: String
  let threads: Int
}

let cases = ["resnet50", "bert-base-384"].flatMap { workload in
  [1, 2].map { Case(workload: workload, threads: $0) }
}
var arguments = Array(CommandLine.arguments.dropFirst())

if arguments.first == "--child", arguments.count == 5, let arm = Arm(rawValue: arguments[1]),
  let threads = Int(arguments[3]), let seconds = Double(arguments[4])
{
  let runner = ArmRunner(
    workload: try WorkloadRegistry.workload(named: arguments[2]), batch: 1, threads: threads, seconds: seconds)
  print(try runner.median(arm))
  exit(0)
}

let rounds = arguments.first.flatMap(Int.init) ?? 5
let seconds = arguments.dropFirst().first.flatMap(Double.init) ?? 2

func measure(_ arm: Arm, _ item: Case) async throws -> Double {
  // The library must not start threads of its own where our team calls it.
  var environment: [Environment.Key: String?] = ["OPENBLAS_NUM_THREADS": arm == .gemm ? "\(item.threads)" : "1"]
  if let core = BLASLibrary.bestCore() { environment["OPENBLAS_CORETYPE"] = core }
  let result = try await run(
    .path("/proc/self/exe"), arguments: ["--child", arm.rawValue, item.workload, "\(item.threads)", "\(seconds)"],
    environment: .inherit.updating(environment), output: .string(limit: 4096), error: .currentStandardError)
  guard let value = Double(result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)) else {
    print("The \(arm.rawValue) arm of \(item.workload) failed: \(result.terminationStatus).")
    exit(1)
  }
  return value
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

var times: [Case: [Arm: [Double]]] = [:]
for round in 1...rounds {
  for item in cases.shuffled() {
    for arm in Arm.allCases.shuffled() {
      times[item, default: [:]][arm, default: []].append(try await measure(arm, item))
    }
  }
  FileHandle.standardError.write(Data("round \(round) of \(rounds)\n".utf8))
}
print("workload        threads   model ms    gemm ms   ratio   least  greatest")
for item in cases {
  let (model, gemm) = (times[item]![.model]!, times[item]![.gemm]!)
  let ratios = zip(model, gemm).map { $0 / $1 }
  print(
    item.workload.padding(toLength: 16, withPad: " ", startingAt: 0)
      + String(
        format: "%7d %10.2f %10.2f %7.3f %7.3f %9.3f", item.threads, median(model) * 1e3, median(gemm) * 1e3,
        median(ratios), ratios.min()!, ratios.max()!))
}
