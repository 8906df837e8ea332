import CLinux
import COpenBLAS
import Engines
import ModelGraph
import NumericFormats
import Tensors
import Topology
import Workloads

/// What one child process measures: seconds per inference, the median over its repetitions.
enum Arm: String, CaseIterable {
  /// The whole model on the openblas engine.
  case model
  /// The same matrix products alone, by plain `cblas_sgemm` with the library's own threads.
  case gemm
}

/// Runs one arm in this process.
struct ArmRunner {
  let workload: any Workload
  let batch: Int
  let threads: Int
  let seconds: Double

  func median(_ arm: Arm) throws -> Double {
    let graph = try workload.graph(batch: batch)
    let pus = try Topology.discover().placement(threads: threads)
    switch arm {
    case .model: return try model(graph, pus: pus)
    case .gemm: return try gemm(graph, pus: pus)
    }
  }

  private func model(_ graph: ModelGraph, pus: [Int]) throws -> Double {
    let model = try ExecutableModel(
      graph: graph, parameters: workload.parameters(for: graph), engine: EngineRegistry.engine(named: "openblas")!,
      precision: .fp32, team: ThreadTeam(pus: pus))
    for sample in 0..<batch {
      let slices = model.inputs.map { buffer in
        let size = buffer.count / batch
        return UnsafeMutableRawBufferPointer(rebasing: buffer[(sample * size)..<((sample + 1) * size)])
      }
      try workload.writeSample(sample, of: .evaluation, into: slices)
    }
    return repeated { model.run() }
  }

  private func gemm(_ graph: ModelGraph, pus: [Int]) throws -> Double {
    // The library's threads inherit the mask of the thread that makes them.
    let mask = pus.map(Int32.init)
    precondition(clinux_set_affinity(mask, Int32(mask.count)) == 0, "cannot pin to \(pus)")
    openblas_set_num_threads(Int32(threads))
    let shapes = graph.matrixShapes
    // Weights have a buffer of their own per node, as in a model; activations share two.
    var weights: [UnsafeMutablePointer<Float>] = []
    var largest = 0
    for shape in shapes {
      let weightCount = shape.transposed ? shape.n * shape.k : shape.m * shape.k
      weights.append(Self.filled(weightCount))
      largest = max(largest, shape.m * shape.k, shape.k * shape.n, shape.m * shape.n)
    }
    let (source, destination) = (Self.filled(largest), Self.filled(largest))
    return repeated {
      for (shape, weights) in zip(shapes, weights) {
        let (a, b) = shape.transposed ? (source, weights) : (weights, source)
        for _ in 0..<shape.count {
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, shape.transposed ? CblasTrans : CblasNoTrans, Int32(shape.m), Int32(shape.n),
            Int32(shape.k), 1, a, Int32(shape.k), b, Int32(shape.transposed ? shape.k : shape.n), 0, destination,
            Int32(shape.n))
        }
      }
    }
  }

  private static func filled(_ count: Int) -> UnsafeMutablePointer<Float> {
    let values = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
    for index in 0..<count { values[index] = Float(index % 17) / 17 - 0.5 }
    return values
  }

  private func repeated(_ body: () -> Void) -> Double {
    for _ in 0..<3 { body() }
    var times: [Double] = []
    let start = clinux_clock_ns()
    while Double(clinux_clock_ns() - start) < seconds * 1e9 || times.count < 5 {
      let begin = clinux_clock_ns()
      body()
      times.append(Double(clinux_clock_ns() - begin) / 1e9)
    }
    return times.sorted()[times.count / 2]
  }
}
