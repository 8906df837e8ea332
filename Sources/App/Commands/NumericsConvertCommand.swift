import ArgumentParser
import Conversions
import NumericFormats
import Tensors

/// `assay numerics convert`.
struct NumericsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts an array between FP32 and another number format, bit for bit as the contracts do.",
    discussion: """
      Formats: \(ArrayFormat.all.map(\.name).joined(separator: ", ")).

      Files whose names end in .npy are NumPy's; others are nothing but little-endian elements, of one dimension unless \
      --shape says otherwise. Without --from the input is what a .npy file says (float32, float16 or bfloat16), and FP32 in \
      a raw file; with it, the input is that format's codes. Codes are written as float32 (fp32), float16 (fp16), int8 \
      (s8, s4, mxint8), uint32 (tf32), uint16 (bf16) or uint8 (all others, one to a byte); --dequantised writes their real \
      values as float32 instead.

      s8, s4, u8 and u4 have a scale for the array, found by its range unless --scale gives it, or with --per-channel one \
      for each index of the first dimension, or with --block N one for N consecutive elements of the last. MX formats \
      have a power of two (E8M0, as uint8) for each block, of 32 elements unless --block says otherwise. Scales of channels \
      and blocks are a file of their own: that of --scales, else y.scales.npy beside y.npy.

      Examples:
        assay numerics convert --to bf16 x.npy y.npy
        assay numerics convert --to e4m3 --rounding stochastic --seed 7 \\
          --overflow infinity x.npy y.npy
        assay numerics convert --to u8 --scale 0.02 --zero-point 128 x.npy y.npy \\
          --json
        assay numerics convert --to mxfp4-e2m1 x.npy y.npy --scales scales.npy
        assay numerics convert --from bf16 --to fp32 y.raw z.raw
      """)

  @Option(
    help: ArgumentHelp("The format of the input's codes; see above for what holds without it.", valueName: "format"))
  var from: String?

  @Option(help: ArgumentHelp("The format of the result; fp32 by default where --from is given.", valueName: "format"))
  var to: String?

  @Option(help: ArgumentHelp("nearest-even, toward-zero, nearest-away or stochastic.", valueName: "name"))
  var rounding = Rounding.nearestEven.name

  @Option(help: ArgumentHelp("What stochastic rounding draws its random numbers from; 0 by default.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Whether subnormal operands and results are kept or flushed to zero.", valueName: "name"))
  var subnormals = Subnormals.kept.rawValue

  @Option(
    help: ArgumentHelp(
      "What becomes of too large values: saturate, or infinity (NaN in e4m3). By default as the format says.",
      valueName: "name"))
  var overflow: String?

  @Option(help: ArgumentHelp("The scale of integers: real = (code - zero point) * scale.", valueName: "x"))
  var scale: Float?

  @Option(help: ArgumentHelp("The integer that stands for 0, with --scale; 0 by default.", valueName: "n"))
  var zeroPoint: Int32?

  @Flag(help: "Give each index of the first dimension a scale of its own (s8, s4).")
  var perChannel = false

  @Option(help: ArgumentHelp("Elements of the last dimension that share a scale (s8, s4, MX).", valueName: "n"))
  var block: Int?

  @Option(help: ArgumentHelp("The file of the scales of channels or blocks.", valueName: "file"))
  var scales: String?

  @Option(help: ArgumentHelp("Extents of a raw input, such as 64x128.", valueName: "mxn"))
  var shape: String?

  @Flag(help: "Write the real values of the codes as float32.")
  var dequantised = false

  @Flag(help: "Print JSON.")
  var json = false

  @Argument(help: ArgumentHelp("The array to convert.", valueName: "x"))
  var input: String

  @Argument(help: ArgumentHelp("The result, which is replaced.", valueName: "y"))
  var output: String

  func run() throws {
    let choice = try ConversionChoice(self)
    try choice.requireOutputs()
    let values = try choice.readValues()
    let encoded = try choice.encode(values)
    try choice.write(encoded)
    let summary = ConversionSummary(choice, encoded)
    if json { return try Terminal.write(json: summary) }
    try Terminal.write(summary.text)
  }
}
