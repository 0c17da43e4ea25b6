import CSystem

/// Waits for descriptors, for a bell, and for a time: epoll.
///
/// It can itself be waited for, by way of its descriptor.
final class Watch {
    struct Event {
        let descriptor: Int32
        let isReadable: Bool
        let isWritable: Bool
    }

    let descriptor: Int32
    private let bell: Bell
    /// What the last sleep brought; `taken` of it was handed out.
    private let events = UnsafeMutablePointer<kc_event>.allocate(capacity: Int(KC_EVENTS_MAX))
    private var count = 0
    private var taken = 0
    /// Whether the bell rang, since that was asked last.
    private var wasRung = false
    /// What makes the watch's own descriptor readable: at once, and in time. Made when first needed; -1 before.
    private var caller: Int32 = -1
    private var timer: Int32 = -1
    private var isCalling = false
    private var alarm: Milliseconds?

    /// nil for want of a descriptor.
    static func make(hearing bell: Bell) -> Watch? {
        let descriptor = kc_watch()
        guard descriptor >= 0 else { return nil }
        let watch = Watch(descriptor, bell)
        return bell.descriptor >= 0 && kc_watch_set(descriptor, bell.descriptor, KC_EACH_RING, 0) == 0
            ? watch : nil
    }

    private init(_ descriptor: Int32, _ bell: Bell) {
        self.descriptor = descriptor
        self.bell = bell
        events.initialize(repeating: kc_event(), count: Int(KC_EVENTS_MAX))
    }

    deinit {
        for descriptor in [caller, timer] where descriptor >= 0 { _ = kc_close(descriptor) }
        _ = kc_close(descriptor)
        events.deallocate()
    }

    /// False for want of memory.
    func wait(for other: Int32, readable: Bool, writable: Bool, isKnown: Bool) -> Bool {
        let wanted = (readable ? KC_READABLE : 0) | (writable ? KC_WRITABLE : 0)
        return kc_watch_set(descriptor, other, wanted, isKnown ? 1 : 0) == 0
    }

    /// Must be called before the other descriptor is closed: a child process may have it, too, and it would be heard
    /// of for as long as the child lives.
    func forget(_ other: Int32) { kc_watch_forget(descriptor, other) }

    /// Sleeps for at most so many milliseconds.
    func sleep(for time: Milliseconds) {
        taken = 0
        count = Int(kc_watch_wait(descriptor, events, Int32(clamping: max(time, 0))))
    }

    /// Whether the last sleep brought anything.
    var hasEvents: Bool { count > 0 }

    /// What the last sleep brought, one at a time.
    func next() -> Event? {
        while taken < count {
            let event = events[taken]
            taken += 1
            switch event.descriptor {
            case bell.descriptor: wasRung = true
            case caller: stopCalling()
            case timer:
                kc_silence(timer)
                alarm = nil
            default:
                // An error or an end is something to be read.
                return Event(
                    descriptor: event.descriptor, isReadable: event.events & ~KC_WRITABLE != 0,
                    isWritable: event.events & KC_WRITABLE != 0)
            }
        }
        return nil
    }

    /// Whether the bell rang since this was asked last.
    func takeRing() -> Bool {
        defer { wasRung = false }
        return wasRung
    }

    /// Makes the watch's own descriptor readable now.
    @discardableResult
    func call() -> Bool {
        guard prepareToCall() else { return false }
        if !isCalling { kc_ring(caller) }
        isCalling = true
        return true
    }

    /// Makes the watch's own descriptor readable from a moment on; nil: not for the time's sake. An earlier moment that
    /// was named before stands: it costs a look in vain, and that is less than setting the timer every time.
    @discardableResult
    func call(at moment: Milliseconds?) -> Bool {
        guard prepareToCall() else { return false }
        stopCalling()
        guard moment != alarm, alarm.map({ (moment ?? -1) < $0 }) ?? true else { return true }
        kc_timer_set(timer, moment ?? -1)
        alarm = moment
        return true
    }

    private func stopCalling() {
        if isCalling { kc_silence(caller) }
        isCalling = false
    }

    /// False for want of a descriptor. What is there once stays.
    func prepareToCall() -> Bool {
        if caller < 0 { caller = open(kc_bell()) }
        if timer < 0 { timer = open(kc_timer()) }
        return caller >= 0 && timer >= 0
    }

    private func open(_ made: Int32) -> Int32 {
        guard made >= 0 else { return -1 }
        if kc_watch_set(descriptor, made, KC_READABLE, 0) == 0 { return made }
        _ = kc_close(made)
        return -1
    }
}
