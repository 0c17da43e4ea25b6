/// What `--help` says of fault rules: every kind, form and field with an example that can be given as it
/// stands.
public enum FaultHelp {
    public static let text =
        """
        FAULT RULES
        A rule is name=value pairs with commas between them, or a JSON object. Rules are tried in order; the \
        first one that fits a request, and whose draw succeeds, changes its answer.

        \(lines(fields))

        Kinds, with an example each:
        \(lines(FaultKind.Name.allCases.map { ($0.rawValue, $0.example) }))

        Forms of kind=answer, with the status they have if none is given:
        \(lines(FaultForm.allCases.map { ("form=" + $0.rawValue, "\($0.usualStatus). \($0.about)") }))

        Forms of kind=blemish:
        \(lines(Blemish.allCases.map { ("form=" + $0.rawValue, $0.about) }))

        Effects:
        \(lines(effects))
        """

    private static let fields: [(String, String)] = [
        (
            "on",
            FaultTarget.allCases.map(\.rawValue).joined(separator: ", ")
                + " (mint is auth, check the package list)"
        ),
        ("case_id", "only requests about this case"),
        ("times", "how many requests it changes; no end if it is left out"),
        ("rate", "the share of matching requests it changes, 0 to 1"),
        ("seed", "the same seed and order of requests give the same draws"),
        (
            "effect",
            "whether the request is carried out in spite of the fault: none, before, later (cancels alone)"
        ),
        ("effect_ms", "with effect=later: when it is done, counted from the request"),
        ("meanwhile", "with effect=later: 409 or 422 for further cancels of the case until then"),
    ]

    private static let effects: [(String, String)] = [
        ("none", "kind=answer,on=cancel,status=500,form=gateway_page,effect=none"),
        ("before", "kind=answer,on=cancel,status=504,form=gateway_timeout,effect=before"),
        ("later", "kind=answer,on=cancel,status=524,form=gateway_page,effect=later,effect_ms=3000"),
        (
            "later, at work",
            "kind=answer,on=cancel,status=504,form=empty,effect=later,effect_ms=3000,meanwhile=409"
        ),
    ]

    private static func lines(_ entries: [(name: String, text: String)]) -> String {
        entries.map { "  \($0.name)\n      \($0.text)" }.joined(separator: "\n")
    }
}

extension FaultKind.Name {
    /// A rule of this kind.
    public var example: String {
        switch self {
        case .answer: "kind=answer,on=cancel,status=403,form=block_page,retry_after=2"
        case .status: "kind=status,status=503,retry_after=1,on=cancel,rate=0.1,seed=7"
        case .empty: "kind=empty,status=503,on=read"
        case .html: "kind=html,status=502,on=any"
        case .messageArray: "kind=message_array,status=400,on=cancel"
        case .resetBefore: "kind=reset_before,on=cancel,effect=before"
        case .resetDuring: "kind=reset_during,on=read"
        case .closeBefore: "kind=close_before,on=cancel,times=1"
        case .truncate: "kind=truncate,on=read"
        case .garbage: "kind=garbage,on=any,rate=0.05,seed=1"
        case .hang: "kind=hang,on=cancel,delay_ms=20000"
        case .slow: "kind=slow,on=cancel,delay_ms=1500"
        case .oversize: "kind=oversize,on=read,body_bytes=33554432"
        case .staleRead: "kind=stale_read,times=2"
        case .partial: "kind=partial,count=1,status=200"
        case .lag: "kind=lag,lag_ms=1500"
        case .blemish: "kind=blemish,on=read,form=upper_case_id"
        case .revoke: "kind=revoke,on=cancel,status=403,times=1"
        case .atWork: "kind=at_work,work_ms=3000,meanwhile=409"
        }
    }
}
