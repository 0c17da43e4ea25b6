import CSystem

/// Waits for descriptors, for a wake event, and for a time: epoll.
///
/// It can itself be waited for, by way of its descriptor.
package final class Poller {
    package struct Event {
        package let descriptor: Int32
        package let isReadable: Bool
        package let isWritable: Bool
    }

    package let descriptor: Int32
    private let wakeEvent: WakeEvent
    /// What the last sleep brought; `taken` of it was handed out.
    private let events = UnsafeMutablePointer<kc_epoll_event>.allocate(capacity: Int(KC_EPOLL_EVENTS_MAX))
    private var count = 0
    private var taken = 0
    /// Whether the wake event was signaled, since that was asked last.
    private var wasWoken = false
    /// What makes the poller's own descriptor readable: at once, and in time. Made when first needed; -1
    /// before.
    private var signalDescriptor: Int32 = -1
    private var timerDescriptor: Int32 = -1
    private var isSignaling = false
    private var timerInstant: Instant?

    /// nil where descriptors or memory are lacking.
    package static func make(listeningTo wakeEvent: WakeEvent) -> Poller? {
        let descriptor = kc_epoll_create()
        guard descriptor >= 0 else { return nil }
        let poller = Poller(descriptor, wakeEvent)
        let isListening =
            wakeEvent.descriptor >= 0
            && kc_epoll_ctl_set(descriptor, wakeEvent.descriptor, KC_EPOLL_EACH_WRITE, 0) == 0
        return isListening ? poller : nil
    }

    private init(_ descriptor: Int32, _ wakeEvent: WakeEvent) {
        self.descriptor = descriptor
        self.wakeEvent = wakeEvent
        events.initialize(repeating: kc_epoll_event(), count: Int(KC_EPOLL_EVENTS_MAX))
    }

    deinit {
        for descriptor in [signalDescriptor, timerDescriptor] where descriptor >= 0 {
            _ = kc_close(descriptor)
        }
        _ = kc_close(descriptor)
        events.deallocate()
    }

    /// False where memory is lacking.
    package func wait(for other: Int32, readable: Bool, writable: Bool, isKnown: Bool) -> Bool {
        let wanted = (readable ? KC_EPOLL_READABLE : 0) | (writable ? KC_EPOLL_WRITABLE : 0)
        return kc_epoll_ctl_set(descriptor, other, wanted, isKnown ? 1 : 0) == 0
    }

    /// Must be called before the other descriptor is closed: a child process may have it, too, and its events
    /// would arrive for as long as the child lives.
    package func forget(_ other: Int32) { kc_epoll_ctl_delete(descriptor, other) }

    package func sleep(atMost time: Milliseconds) {
        taken = 0
        count = Int(kc_epoll_wait(descriptor, events, Int32(clamping: max(time.count, 0))))
    }

    /// Whether the last sleep brought anything.
    package var hasEvents: Bool { count > 0 }

    /// What the last sleep brought, one at a time.
    package func next() -> Event? {
        while taken < count {
            let event = events[taken]
            taken += 1
            switch event.descriptor {
            case wakeEvent.descriptor: wasWoken = true
            case signalDescriptor: stopSignaling()
            case timerDescriptor:
                kc_eventfd_read(timerDescriptor)
                timerInstant = nil
            default:
                // An error or an end is something to be read.
                return Event(
                    descriptor: event.descriptor, isReadable: event.events & ~KC_EPOLL_WRITABLE != 0,
                    isWritable: event.events & KC_EPOLL_WRITABLE != 0)
            }
        }
        return nil
    }

    /// Whether the wake event was signaled since this was asked last.
    package func takeWakeUp() -> Bool {
        defer { wasWoken = false }
        return wasWoken
    }

    /// Makes the poller's own descriptor readable now. False where descriptors are lacking.
    package func signal() -> Bool {
        guard prepareToSignal() else { return false }
        if !isSignaling { kc_eventfd_write(signalDescriptor) }
        isSignaling = true
        return true
    }

    /// Makes the poller's own descriptor readable from a moment on; nil: at no time. An earlier moment that
    /// was named before stands: it costs one poll in vain, and that is less than setting the timer every
    /// time. False where descriptors are lacking.
    package func signal(at instant: Instant?) -> Bool {
        guard prepareToSignal() else { return false }
        stopSignaling()
        guard instant != timerInstant, timerInstant.map({ isBefore(instant, $0) }) ?? true else {
            return true
        }
        kc_timerfd_settime(timerDescriptor, instant?.milliseconds ?? -1)
        timerInstant = instant
        return true
    }

    private func isBefore(_ instant: Instant?, _ other: Instant) -> Bool {
        instant.map { $0 < other } ?? true
    }

    private func stopSignaling() {
        if isSignaling { kc_eventfd_read(signalDescriptor) }
        isSignaling = false
    }

    /// False where descriptors are lacking. What is there once stays.
    private func prepareToSignal() -> Bool {
        if signalDescriptor < 0 { signalDescriptor = add(kc_eventfd()) }
        if timerDescriptor < 0 { timerDescriptor = add(kc_timerfd_create()) }
        return signalDescriptor >= 0 && timerDescriptor >= 0
    }

    /// Listens to a descriptor of the poller's own; -1 where that cannot be had.
    private func add(_ made: Int32) -> Int32 {
        guard made >= 0 else { return -1 }
        if kc_epoll_ctl_set(descriptor, made, KC_EPOLL_READABLE, 0) == 0 { return made }
        _ = kc_close(made)
        return -1
    }
}
