/// Writes gzip without compressing: stored blocks, which every reader of gzip understands.
enum Gzip {
    private static let blockBytesMax = 65_535

    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        // Magic number, deflate, no flags, no time, no extra flags, unknown system.
        var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(blockBytesMax)
            rest = rest.dropFirst(block.count)
            output.append(rest.isEmpty ? 1 : 0)
            output += littleEndian(UInt16(block.count))
            output += littleEndian(~UInt16(block.count))
            output += block
        } while !rest.isEmpty
        return output + littleEndian(checksum(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// The CRC-32 that gzip ends with.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
            }
        }
        return ~remainder
    }

    private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
    }
}
