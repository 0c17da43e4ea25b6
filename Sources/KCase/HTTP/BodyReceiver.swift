/// Takes the body of an answer of success as it comes, so that nothing of it is kept.
package final class BodyReceiver {
    let bytesMax: Int
    private let hasRoomNow: () -> Bool
    private let takeIn: (UnsafeBufferPointer<UInt8>) -> Void
    private var bytes = 0

    /// `hasRoom`: whether more may come now. While there is none, the answer waits on its way.
    package init(
        bytesMax: Int, hasRoom: @escaping () -> Bool, take: @escaping (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        self.bytesMax = bytesMax
        hasRoomNow = hasRoom
        takeIn = take
    }

    var hasRoom: Bool { hasRoomNow() }

    /// False if the answer is longer than it may be.
    func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count <= bytesMax - bytes else { return false }
        bytes += piece.count
        takeIn(piece.bindMemory(to: UInt8.self))
        return true
    }
}
