// How long each step of a workload takes, the least of many runs: where the time of an inference goes.
//
//   swift run -c release node-times WORKLOAD [PRECISION] [THREADS] [BATCH] [ENGINE] [SECONDS]
import CLinux
import Engines
import Foundation
import ModelGraph
import NumericFormats
import Tensors
import Topology
import Workloads

let arguments = CommandLine.arguments
func argument(_ index: Int, _ fallback: String) -> String { arguments.count > index ? arguments[index] : fallback }
guard let workload = try? WorkloadRegistry.workload(named: argument(1, "resnet50")),
  let precision = Precision(rawValue: argument(2, "fp32")), let threads = Int(argument(3, "1")),
  let batch = Int(argument(4, "1")),
  let engine = EngineRegistry.engine(named: argument(5, EngineRegistry.defaultEngine.name)),
  let seconds = Double(argument(6, "3"))
else {
  FileHandle.standardError.write(
    Data("usage: node-times WORKLOAD [PRECISION] [THREADS] [BATCH] [ENGINE] [SECONDS]\n".utf8))
  exit(64)
}

func write(_ first: Int, _ set: SampleSet, into inputs: [UnsafeMutableRawBufferPointer]) throws {
  for sample in 0..<batch {
    let slices = inputs.map { buffer in
      let size = buffer.count / batch
      return UnsafeMutableRawBufferPointer(rebasing: buffer[(sample * size)..<((sample + 1) * size)])
    }
    try workload.writeSample(first + sample, of: set, into: slices)
  }
}

let graph = try workload.graph(batch: batch)
let parameters = try workload.parameters(for: graph)
let team = try ThreadTeam(pus: Topology.discover().placement(threads: threads))
var calibration: Calibration?
if precision == .int8 {
  calibration = try Calibration.measure(graph, parameters: parameters, team: team, samples: 2) {
    try write($0 * batch, .calibration, into: $1)
  }
}
let model = try ExecutableModel(
  graph: graph, parameters: parameters, engine: engine, precision: precision, calibration: calibration, team: team)
try write(0, .evaluation, into: model.inputs)

let instants = UnsafeMutableBufferPointer<Int64>.allocate(capacity: model.steps.count + 1)
var least = [Int64](repeating: .max, count: model.steps.count)
var leastTotal = Int64.max
let end = clinux_clock_ns() + Int64(seconds * 1e9)
repeat {
  model.run(noting: instants)
  for step in least.indices { least[step] = min(least[step], instants[step + 1] - instants[step]) }
  leastTotal = min(leastTotal, instants[least.count] - instants[0])
} while clinux_clock_ns() < end

func number(_ value: Double, _ digits: Int = 3) -> String { String(format: "%9.\(digits)f", value) }
print("      us       GMAC/s  kernel, node")
for (step, nodes) in model.steps.enumerated() {
  let assignments = model.assignments[nodes]
  let products = assignments.reduce(0) { $0 + $1.multiplyAccumulates }
  let first = assignments[nodes.lowerBound]
  let rate = products == 0 ? String(repeating: " ", count: 9) : number(Double(products) / Double(least[step]), 1)
  print("\(number(Double(least[step]) / 1e3, 1)) \(rate)  \(first.implementation) \(first.node)")
}
let sum = least.reduce(0, +)
print("sum of the least \(number(Double(sum) / 1e6)) ms, least inference \(number(Double(leastTotal) / 1e6)) ms")
