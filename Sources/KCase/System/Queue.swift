/// First in, first out. Memory that is no longer used is given back now and then.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: head <= Queue.keptRoom)
            head = 0
        } else if head > Queue.keptRoom, head > elements.count / 2 {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    private static var keptRoom: Int { 1024 }
}
