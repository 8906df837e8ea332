import CKernels
import Engines
import NumericFormats
import Records
import Testing

@testable import Conformance

@Suite struct ConformanceMeterTests {
  private static let few = ConformanceSettings(vectors: 100_000, seed: 7, isQuick: true)

  private static func run(_ meter: ConformanceMeter, threads: Int = 2) throws -> [ConformanceCheck] {
    try meter.measure(on: ThreadTeam(unpinnedThreads: threads))
  }

  @Test func everythingHereAgrees() throws {
    let checks = try Self.run(ConformanceMeter(settings: Self.few))
    for check in checks where check.unavailable == nil {
      #expect(check.mismatches == 0, "\(check)")
      #expect(!check.comparisons.isEmpty && check.comparisons.allSatisfy { $0.compared > 0 }, "\(check)")
      #expect(check.comparisons.allSatisfy { $0.distances.reduce(0, +) == $0.compared })
      #expect(check.cases >= 1 << 16)
    }
    #if arch(x86_64)
      // Every x86-64 CPU of the last ten years has one of them.
      if CPUFeatures.detect().isSuperset(of: [.avx2, .fma, .f16c]) {
        let names = checks.filter { $0.unavailable == nil }.flatMap(\.contracts)
        #expect(Set(names).isSuperset(of: ["fp32-fma", "u8s8-maddubs", "fp32-to-fp16", "fp16-to-fp32"]))
      }
    #endif
  }

  /// A contract and software that is wrong in one respect.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let contract: String
    let step: @Sendable (_ accumulator: UInt32, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer) -> UInt32

    init(
      _ testDescription: String, _ contract: String,
      _ step: @escaping @Sendable (UInt32, UnsafeRawPointer, UnsafeRawPointer) -> UInt32
    ) {
      (self.testDescription, self.contract, self.step) = (testDescription, contract, step)
    }

    /// Steps that are right but for `step`.
    var software: StepSoftware {
      StepSoftware(testDescription) { accumulators, a, b, count in
        for index in 0..<count { accumulators[index] = step(accumulators[index], a + 4 * index, b + 4 * index) }
      }
    }
  }

  static func number(_ code: UInt32) -> Float { Float(bitPattern: code) }
  static func element(_ codes: UnsafeRawPointer, _ index: Int) -> Float {
    number(UInt32(codes.load(fromByteOffset: 2 * index, as: UInt16.self)) << 16)
  }

  static let faults: [Fault] = [
    Fault("two roundings", "fp32-fma") {
      (number($0) + $1.load(as: Float.self) * $2.load(as: Float.self)).bitPattern
    },
    Fault("even element first", "vdpbf16ps") { accumulator, a, b in
      let even = number(accumulator).addingProduct(element(a, 0), element(b, 0))
      return even.addingProduct(element(a, 1), element(b, 1)).bitPattern
    },
    Fault("subnormals kept", "vdpbf16ps") { accumulator, a, b in
      let odd = number(accumulator).addingProduct(element(a, 1), element(b, 1))
      return odd.addingProduct(element(a, 0), element(b, 0)).bitPattern
    },
    Fault("no saturation", "u8s8-maddubs") {
      ckernels_accumulation_step(CKERNELS_ACCUMULATION_U8S8_WRAPPING, $0, $1, $2)
    },
    Fault("saturation", "u8s8-vnni") {
      ckernels_accumulation_step(CKERNELS_ACCUMULATION_U8S8_SATURATING, $0, $1, $2)
    },
    Fault("wrapping", "u8s8-vnni-sat") {
      ckernels_accumulation_step(CKERNELS_ACCUMULATION_U8S8_WRAPPING, $0, $1, $2)
    },
    Fault("signed activations", "u8s8-vnni") {
      ckernels_accumulation_step(CKERNELS_ACCUMULATION_S8S8_WRAPPING, $0, $1, $2)
    },
  ]

  @Test(arguments: faults) func faultsAreCaught(fault: Fault) throws {
    let accumulation = try #require(NumericsContract.named(fault.contract).flatMap(ContractOracle.init)?.accumulation)
    let meter = ConformanceMeter(
      names: [fault.contract], settings: Self.few, steps: { [.oracle($0), fault.software] })
    let checks = try Self.run(meter)
    for check in checks where check.unavailable == nil {
      let (oracle, faulty) = (check.comparisons[0], check.comparisons[1])
      #expect(oracle.mismatches == 0)
      #expect(oracle.firstMismatch == nil)
      #expect(faulty.mismatches > 0)
      #expect(faulty.compared == oracle.compared)
      #expect(faulty.distances.dropFirst().reduce(0, +) == faulty.mismatches)
      let mismatch = try #require(faulty.firstMismatch)
      // What is printed is enough to see it again.
      let operands = try mismatch.operands.map { try $0.codes.map { try #require(UInt32($0, radix: 16)) } }
      let bytes = ckernels_accumulation_operand_bytes(accumulation)
      func group(_ codes: [UInt32]) -> [UInt8] {
        codes.flatMap { code in (0..<bytes).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) } }
      }
      let (a, b) = (group(operands[1]), group(operands[2]))
      #expect(ckernels_accumulation_step(accumulation, operands[0][0], a, b) == UInt32(mismatch.instruction, radix: 16))
      let again = a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          a.baseAddress.flatMap { a in b.baseAddress.map { fault.step(operands[0][0], a, $0) } }
        }
      }
      #expect(again == UInt32(mismatch.software, radix: 16))
    }
    // Threads change nothing, and there is a mismatch before which there is none.
    let alone = try Self.run(meter, threads: 1)
    #expect(alone.map(\.comparisons) == checks.map(\.comparisons))
  }

  @Test func faultsOfConversionsAreCaught() throws {
    let truncating = ConversionSoftware("truncates") { src, dst, count in
      for index in 0..<count {
        let value = src.load(fromByteOffset: 4 * index, as: UInt32.self)
        dst.storeBytes(of: UInt16(value >> 16), toByteOffset: 2 * index, as: UInt16.self)
      }
    }
    let meter = ConformanceMeter(
      names: ["fp32-to-bf16"], settings: Self.few, conversions: { _, _ in [truncating] })
    for check in try Self.run(meter) where check.unavailable == nil {
      #expect(check.comparisons[0].mismatches > 0)
      let mismatch = try #require(check.comparisons[0].firstMismatch)
      #expect(mismatch.instruction != mismatch.software)
      #expect(mismatch.operands.map(\.name) == ["value"])
    }
  }

  @Test func whatTheCPULacksIsSaid() throws {
    let checks = try Self.run(ConformanceMeter(settings: Self.few, features: []))
    #expect(checks.allSatisfy { $0.comparisons.isEmpty && $0.cases == 0 })
    #if arch(x86_64)
      let reasons = Dictionary(checks.map { ($0.instruction, $0.unavailable ?? "") }, uniquingKeysWith: { $1 })
      #expect(reasons["VDPBF16PS"]?.hasSuffix("avx512_bf16") == true)
      #expect(reasons["TDPBF16PS"] == "this CPU, or its operating system, has no amx_tile, amx_bf16")
      #expect(reasons["VFMADD231PH"]?.contains("avx512_fp16") == true)
      #expect(reasons["VPDPBSSD"]?.contains("avx_vnni_int8") == true)
    #endif
  }

  /// A contract that claims an instruction must be held against it wherever a CPU has it.
  @Test func everyContractOfAnInstructionIsChecked() {
    #if arch(x86_64)
      let checked = ConformanceMeter(settings: Self.few, features: [])
      let names = (try? Self.run(checked))?.flatMap(\.contracts) ?? []
      for contract in NumericsContract.all where contract.instruction != nil {
        #expect(names.contains(contract.name), "\(contract.name)")
      }
    #endif
  }

  @Test func progressRisesToOne() throws {
    var seen: [Double] = []
    _ = ConformanceMeter(settings: Self.few).measure(on: try ThreadTeam(unpinnedThreads: 1)) { _, done in
      seen.append(done)
    }
    #expect(seen == seen.sorted())
    #expect(seen.allSatisfy { (0...1).contains($0) })
  }
}
