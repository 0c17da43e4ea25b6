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

    private let epoll: OwnDescriptor
    private let wakeEvent: WakeEvent
    /// What it listens to of the wake event's.
    private let wakeDescriptor: OwnDescriptor
    /// What the last sleep brought; `taken` of it was handed out.
    private let events = UnsafeMutablePointer<kc_epoll_event>.allocate(capacity: Int(KC_EPOLL_EVENTS_MAX))
    private var count = 0
    private var taken = 0
    /// Whether the wake event was signaled, since that was asked last.
    private var wasWoken = false
    /// What makes the poller's own descriptor readable: at once, and in time. Made when first needed.
    private var signalDescriptor: OwnDescriptor?
    private var timerDescriptor: OwnDescriptor?
    private var isSignaling = false
    private var timerInstant: Instant?
    /// Whether a sleep found no epoll to sleep in.
    private var hasFailed = false

    /// nil where descriptors or memory are lacking.
    package static func make(listeningTo wakeEvent: WakeEvent) -> Poller? {
        guard let epoll = OwnDescriptor(kc_epoll_create) else { return nil }
        guard let wakeDescriptor = wakeEvent.descriptor(),
            kc_epoll_ctl_set(epoll.number, wakeDescriptor.number, KC_EPOLL_EACH_WRITE, 0) == 0
        else {
            epoll.close()
            return nil
        }
        return Poller(epoll, wakeEvent, wakeDescriptor)
    }

    private init(_ epoll: OwnDescriptor, _ wakeEvent: WakeEvent, _ wakeDescriptor: OwnDescriptor) {
        self.epoll = epoll
        self.wakeEvent = wakeEvent
        self.wakeDescriptor = wakeDescriptor
        events.initialize(repeating: kc_epoll_event(), count: Int(KC_EPOLL_EVENTS_MAX))
    }

    deinit {
        signalDescriptor?.close()
        timerDescriptor?.close()
        epoll.close()
        events.deallocate()
    }

    package var descriptor: Int32 { epoll.number }

    /// Whether it can be slept in and woken: nobody closed what it is made of.
    package var isIntact: Bool { !hasFailed && wakeEvent.current == wakeDescriptor && epoll.isOurs }

    /// The same without a system call: as far as the sleeps found out.
    package var isUsable: Bool { !hasFailed }

    /// False where memory is lacking.
    package func wait(for other: Int32, readable: Bool, writable: Bool, isKnown: Bool) -> Bool {
        let wanted = (readable ? KC_EPOLL_READABLE : 0) | (writable ? KC_EPOLL_WRITABLE : 0)
        return kc_epoll_ctl_set(epoll.number, other, wanted, isKnown ? 1 : 0) == 0
    }

    /// Must be called before the other descriptor is closed: a child process may have it, too, and its events
    /// would arrive for as long as the child lives.
    package func forget(_ other: Int32) { kc_epoll_ctl_delete(epoll.number, other) }

    package func sleep(atMost time: Milliseconds) {
        taken = 0
        count = 0
        // Without an epoll there is nothing to sleep in, and whoever asks must not ask on and on.
        guard !hasFailed else { return }
        count = Int(kc_epoll_wait(epoll.number, events, Int32(clamping: max(time.count, 0))))
        if count < 0 {
            count = 0
            hasFailed = true
        }
    }

    /// Whether the last sleep brought anything.
    package var hasEvents: Bool { count > 0 }

    /// What the last sleep brought, one at a time.
    package func next() -> Event? {
        while taken < count {
            let event = events[taken]
            taken += 1
            switch event.descriptor {
            case wakeDescriptor.number: wasWoken = true
            case signalDescriptor?.number: stopSignaling()
            case timerDescriptor?.number:
                kc_eventfd_read(event.descriptor)
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
        guard prepareToSignal(), let signalDescriptor else { return false }
        if !isSignaling { kc_eventfd_write(signalDescriptor.number) }
        isSignaling = true
        return true
    }

    /// Makes the poller's own descriptor readable from a moment on; nil: at no time. An earlier moment that
    /// was named before stands: it costs one poll in vain, and that is less than setting the timer every
    /// time. False where descriptors are lacking.
    package func signal(at instant: Instant?) -> Bool {
        guard prepareToSignal(), let timerDescriptor else { return false }
        stopSignaling()
        guard instant != timerInstant, timerInstant.map({ isBefore(instant, $0) }) ?? true else {
            return true
        }
        kc_timerfd_settime(timerDescriptor.number, instant?.milliseconds ?? -1)
        timerInstant = instant
        return true
    }

    private func isBefore(_ instant: Instant?, _ other: Instant) -> Bool {
        instant.map { $0 < other } ?? true
    }

    private func stopSignaling() {
        if isSignaling, let signalDescriptor { kc_eventfd_read(signalDescriptor.number) }
        isSignaling = false
    }

    /// False where descriptors are lacking, or somebody closed them. What is there once stays.
    private func prepareToSignal() -> Bool {
        guard isIntact else { return false }
        if signalDescriptor == nil { signalDescriptor = add(kc_eventfd) }
        if timerDescriptor == nil { timerDescriptor = add(kc_timerfd_create) }
        return signalDescriptor?.isOurs == true && timerDescriptor?.isOurs == true
    }

    /// Listens to a descriptor of the poller's own; nil where that cannot be had.
    private func add(_ open: () -> Int32) -> OwnDescriptor? {
        guard let own = OwnDescriptor(open) else { return nil }
        if kc_epoll_ctl_set(epoll.number, own.number, KC_EPOLL_READABLE, 0) == 0 { return own }
        own.close()
        return nil
    }
}
