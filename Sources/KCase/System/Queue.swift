/// First in, first out. It grows by chunks, so no piece of its memory is large, however many there are; a
/// chunk that is empty is given back.
package struct Queue<Element> {
    /// In order: elements are taken from the first and added to the last. All but the last are full.
    private var chunks: [[Element?]] = []
    /// How many of the first chunk were taken.
    private var head = 0
    package private(set) var count = 0

    private static var chunkSize: Int { 256 }

    package init() {}

    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ element: Element) {
        if chunks.last.map({ $0.count == Queue.chunkSize }) ?? true { chunks.append([]) }
        chunks[chunks.count - 1].append(element)
        count += 1
    }

    package mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = chunks[0][head]
        chunks[0][head] = nil
        head += 1
        count -= 1
        if head == Queue.chunkSize {
            chunks.removeFirst()
            head = 0
        } else if count == 0 {
            chunks[0].removeAll(keepingCapacity: true)
            head = 0
        }
        return element
    }
}
