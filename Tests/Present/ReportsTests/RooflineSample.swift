import NumericFormats
import Records

/// A made-up roofline with coinciding roofs, which are the hard case for a picture.
enum RooflineSample {
  static func figure(_ value: Double) -> RepeatedFigure {
    RepeatedFigure(best: value, median: value * 0.97, worstDecile: value * 0.8, repetitions: 300)
  }

  private static func peaks(_ threads: Int) -> [Roofline.Peak] {
    let loops: [(String, String, Precision, Double)] = [
      ("generic", "mulps + addps xmm", .fp32, 60e9), ("generic", "pmaddwd + paddd xmm", .int8, 107e9),
      ("avx2", "vfmadd231ps ymm", .fp32, 118e9), ("avx2", "vpmaddubsw + vpmaddwd + vpaddd ymm", .int8, 236e9),
      ("avx2_vnni", "vpdpbusd ymm", .int8, 472e9), ("avx512_core", "vfmadd231ps zmm", .fp32, 237e9),
      ("avx512_core", "vpmaddubsw + vpmaddwd + vpaddd zmm", .int8, 473e9),
      ("avx512_core_vnni", "vpdpbusd zmm", .int8, 942e9), ("avx512_core_bf16", "vdpbf16ps zmm", .bf16, 470e9),
    ]
    return loops.map { isa, instructions, precision, rate in
      Roofline.Peak(
        isa: isa, instructions: instructions, precision: precision, threads: threads,
        rate: figure(rate * Double(threads)))
    }
  }

  private static func bandwidths(_ threads: Int) -> [Roofline.Bandwidth] {
    let levels: [(String, Int, [Double])] = [
      ("L1", 24 << 10, [472e9, 236e9, 468e9, 620e9]), ("L2", 192 << 10, [229e9, 228e9, 230e9, 221e9]),
      ("L3", 4 << 20, [114e9, 112e9, 113e9, 112e9]), ("memory", 128 << 20, [45e9, 27e9, 41e9, 40e9]),
    ]
    let cached = levels.flatMap { level, bytes, rates in
      zip(Roofline.Pattern.allCases, rates).map { pattern, rate in
        Roofline.Bandwidth(
          level: level, pattern: pattern, isNonTemporal: false, isa: "avx512_core", threads: threads,
          bytesPerThread: bytes, rate: figure(rate * Double(level == "memory" ? 1 : threads)))
      }
    }
    let around = zip([Roofline.Pattern.write, .copy, .triad], [34e9, 49e9, 47e9]).map { pattern, rate in
      Roofline.Bandwidth(
        level: "memory", pattern: pattern, isNonTemporal: true, isa: "avx512_core", threads: threads,
        bytesPerThread: 128 << 20, rate: figure(rate))
    }
    return cached + around
  }

  static func roofline(threads: [Int] = [1, 2]) -> Roofline {
    Roofline(
      method: Roofline.Method(secondsPerFigure: 0.15, rounds: 3, hugePages: true),
      placements: threads.map { Placement(pus: Array(0..<$0)) },
      clocks: threads.map { Roofline.Clock(threads: $0, hertz: figure(3.75e9)) }, peaks: threads.flatMap(peaks),
      bandwidths: threads.flatMap(bandwidths),
      latencies: [
        ("L1", 24 << 10, 1.07e-9), ("L2", 192 << 10, 3.8e-9), ("L3", 4 << 20, 15e-9), ("memory", 128 << 20, 160e-9),
      ]
      .map {
        Roofline.Latency(
          level: $0, bytes: $1,
          seconds: RepeatedFigure(best: $2, median: $2 * 1.1, worstDecile: $2 * 2, repetitions: 300))
      },
      notes: ["A level was left out."])
  }

  static func record(threads: [Int] = [1, 2]) -> RooflineRecord {
    RooflineRecord(
      tool: Record.Tool(version: "0.1.0", compiler: "Swift 6.3", configuration: "release", libraries: [:]),
      createdAt: "2025-03-01T12:00:00Z", machine: Sample.machine, roofline: roofline(threads: threads))
  }
}
