extension TopologyPicture {
  /// What this picture draws beside what all do.
  static let style = SVGStyle(
    light: """
      .name { font-size: 12px; }
      .label { font-size: 11px; }
      .instance { font-size: 11px; font-weight: 700; }
      .part { fill: #64748b; fill-opacity: 0.07; stroke: #475569; stroke-width: 1; }
      .loose { stroke-dasharray: 6 3; }
      .memory { fill: #dbeafe; stroke: #1d4ed8; stroke-width: 1; }
      .cache { fill: #e5e7eb; stroke: #6b7280; stroke-width: 0.75; }
      .core { fill: #fef3c7; stroke: #92400e; stroke-width: 1; }
      .economic { fill: #dcfce7; stroke: #166534; }
      .pu { fill: #ffffff; stroke: #374151; stroke-width: 1; }
      .barred { fill: #d1d5db; stroke-dasharray: 4 2; }
      .offline { fill: none; stroke-dasharray: 1 3; }
      .cross { stroke: #b91c1c; stroke-width: 1.2; }
      .i0 { fill: #93c5fd; } .i1 { fill: #fdba74; } .i2 { fill: #86efac; } .i3 { fill: #f9a8d4; }
      .i4 { fill: #c4b5fd; } .i5 { fill: #fde047; } .i6 { fill: #5eead4; } .i7 { fill: #fca5a5; }
      """,
    dark: """
      .part { fill: #94a3b8; stroke: #94a3b8; }
      .memory { fill: #1e3a8a; stroke: #60a5fa; }
      .cache { fill: #374151; stroke: #9ca3af; }
      .core { fill: #451a03; stroke: #d97706; }
      .economic { fill: #052e16; stroke: #22c55e; }
      .pu { fill: #111827; stroke: #d1d5db; }
      .barred { fill: #4b5563; }
      .offline { fill: none; }
      .cross { stroke: #f87171; }
      .i0 { fill: #1d4ed8; } .i1 { fill: #9a3412; } .i2 { fill: #166534; } .i3 { fill: #9d174d; }
      .i4 { fill: #5b21b6; } .i5 { fill: #854d0e; } .i6 { fill: #115e59; } .i7 { fill: #991b1b; }
      """)
}
