/// First in, first out. Memory that is no longer used is given back now and then.
package struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    package init() {}

    package var count: Int { elements.count - head }
    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ element: Element) { elements.append(element) }

    package mutating func popFirst() -> Element? {
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
