/// From settings to a client of the library.
enum Connecting {
    /// A client that is ready to be asked. Asks a person at the terminal for the token if none is given.
    static func client(_ settings: inout Settings, _ service: Service) throws(Failure) -> Client {
        warnOfStrayVariables(settings)
        if settings.credentials == nil {
            guard let token = try Token.ask(for: service.name) else {
                throw Failure(
                    """
                    no credentials: give --token-file FILE, KCASE_TOKEN, or KCASE_API_KEY with \
                    KCASE_CLIENT_ACCESS_TOKEN
                    """)
            }
            settings.set(.token, .string(token), .prompt)
        }
        do throws(Failure) {
            return try Client(configuration: settings.configuration)
        } catch {
            throw Failure(settings.explained(error.message), status: error.status)
        }
    }

    private static func warnOfStrayVariables(_ settings: Settings) {
        for name in settings.strayVariables {
            Console.complain("\(name) is no variable of kcase and is not obeyed; kcase config lists them")
        }
    }
}
