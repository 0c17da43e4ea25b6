/// What kcase check finds out, step by step, from this machine to the service.
struct Diagnosis {
    enum Verdict: String {
        case good = "ok"
        case failed = "FAILED"
        case notReached = "not tried"
        case unclear = "unclear"

        var style: Terminal.Style {
            switch self {
            case .good: .green
            case .failed: .red
            case .notReached, .unclear: .yellow
            }
        }
    }

    struct Step {
        let name: String
        var verdict = Verdict.good
        let finding: String
        var advice = ""
        /// The exit status that a failure of this step means.
        var status = ExitStatus.allDone.rawValue

        var json: JSON {
            .object([
                .init(name: "step", value: .string(name)),
                .init(name: "verdict", value: .string(verdict.rawValue)),
                .init(name: "finding", value: .string(finding)),
                .init(name: "advice", value: .string(advice)),
            ])
        }
    }

    let settings: Settings
    let service: Service
    let client: Client

    func steps() -> [Step] {
        let local = [versions, address, proxy, authorities, clock]
        guard let result = client.check() else { return local }
        return local + remote(result)
    }

    // MARK: - This machine

    private var versions: Step {
        let parts = Library.parts
        let curl = parts["curl"]?.text ?? "none"
        let tls = parts["tls"]?.text ?? "none"
        let finding = "kcase \(Library.version), libcurl \(curl), \(tls)"
        if curl == "none" {
            return Step(
                name: "versions", verdict: .failed, finding: finding, advice: "Install libcurl.",
                status: ExitStatus.runAgain.rawValue)
        }
        return Step(name: "versions", finding: finding)
    }

    private var address: Step {
        let origin = settings.service?.setting.origin.description ?? ""
        return Step(name: "service", finding: "\(service.name), from \(origin)")
    }

    private var proxy: Step {
        guard let setting = settings[.proxy] else {
            return Step(name: "proxy", finding: "none; https_proxy is not obeyed")
        }
        if setting.value.text != "environment" {
            return Step(name: "proxy", finding: "one is set by \(setting.origin.description)")
        }
        let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].filter {
            Environment.value($0) != nil
        }
        return Step(
            name: "proxy",
            finding: names.isEmpty ? "none in the environment" : "from \(names.joined(separator: ", "))")
    }

    private var authorities: Step {
        let parts = Library.parts
        if let setting = settings[.authoritiesFile] {
            return Step(
                name: "authorities", finding: "\(setting.value.text ?? "") (\(setting.origin.description))")
        }
        if let path = parts["ca_file"]?.text ?? parts["ca_path"]?.text {
            return Step(name: "authorities", finding: path)
        }
        return Step(
            name: "authorities", verdict: .failed, finding: "this machine has none",
            advice: parts["ca_advice"]?.text ?? "Install ca-certificates.",
            status: ExitStatus.runAgain.rawValue)
    }

    /// Certificates and tokens are compared with the clock.
    private var clock: Step {
        let now = WallTime.now
        let oldest = 1_767_225_600  // 2026-01-01, when this version was not yet written.
        if now.seconds < oldest {
            return Step(
                name: "clock", verdict: .failed, finding: "it says \(now.text)",
                advice: "Set the clock: certificates do not hold yet.", status: ExitStatus.runAgain.rawValue)
        }
        return Step(name: "clock", finding: now.text)
    }

    // MARK: - The service

    /// The steps to the service, from the one result of the library.
    private func remote(_ result: CaseResult) -> [Step] {
        let reason = result["reason"] ?? ""
        let status = result.outcome.status.rawValue
        var steps: [Step] = []
        let names = ["name", "connection", "TLS", "answer", "credentials"]
        let failing = Diagnosis.place(of: result.outcome, reason)
        for (index, name) in names.enumerated() {
            if let failing, index == failing {
                steps.append(
                    Step(
                        name: name, verdict: .failed, finding: withoutPeriod(result.message),
                        advice: Diagnosis.advice(result.outcome, reason), status: status))
            } else if let failing, index > failing {
                steps.append(Step(name: name, verdict: .notReached, finding: ""))
            } else {
                steps.append(Step(name: name, finding: works(name, result)))
            }
        }
        return steps
    }

    private func works(_ step: String, _ result: CaseResult) -> String {
        switch step {
        case "TLS" where service.name.hasPrefix("http:"): "not used on this machine"
        case "credentials": withoutPeriod(result.message)
        default: "works"
        }
    }

    private func withoutPeriod(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// Which of the steps failed; nil if none did.
    private static func place(of outcome: Outcome, _ reason: String) -> Int? {
        switch (outcome, reason) {
        case (.ok, _): nil
        case (.denied, _), (_, "authentication"): 4
        case (_, "name_lookup"): 0
        case (_, "connect"), (_, "proxy"), (_, "local"), (_, "deadline"), (_, "interrupted"): 1
        case (_, "tls"): 2
        default: 3
        }
    }

    private static func advice(_ outcome: Outcome, _ reason: String) -> String {
        switch reason {
        case "name_lookup":
            "Check the network and the address; inside a company a proxy may be needed: --proxy."
        case "connect": "Check the network, a firewall, or whether a proxy is needed: --proxy."
        case "proxy": "Check the proxy's address and password."
        case "tls": "Check the clock, and whether a company certificate is needed: --ca-file."
        case "blocked": "A firewall or gateway answered; ask who runs it to let this through."
        case "not_the_service": "Is the address right? Somebody else answered."
        case "deadline": "It took too long: try again, or with a longer --timeout."
        default:
            outcome == .denied
                ? "Get a new token for \(outcomeEnvironment) and try again." : "Try again later."
        }
    }

    private static let outcomeEnvironment = "this environment"
}
