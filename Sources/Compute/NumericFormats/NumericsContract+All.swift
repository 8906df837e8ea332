extension NumericsContract {
  /// Every contract of this build, by family.
  public static let all: [NumericsContract] = [
    .fp32FMA, .fp32SGEMM, .fp32FP64, .tf32FP32Acc,
    .bf16RNESGEMM, .bf16Truncate, .vdpbf16ps, .tdpbf16ps, .bf16FP64,
    .fp16FMA, .fp16FP32Acc, .fp8E4M3FP32Acc, .fp8E5M2FP32Acc,
    .mxfp8E4M3, .mxfp8E5M2, .mxfp6E3M2, .mxfp6E2M3, .mxfp4E2M1, .mxint8,
    .u8s8MADDUBS, .u8s7MADDUBS, .u8s8VNNI, .u8s8VNNISat, .s8s8Dot, .w4FP32Acc,
  ]

  /// The contract of that name, or nil.
  public static func named(_ name: String) -> NumericsContract? { all.first { $0.name == name } }
}
