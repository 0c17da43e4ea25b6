# frozen_string_literal: true

require "json"
require "kcase"

# POST /cases/{id}/cancel cancels a case and says what is known of it. The status is for programs that look at
# nothing else; the body has the outcome.
class CancelApp
  STATUSES = {
    canceled: 200, already_canceled: 200, refused: 409, not_found: 404, invalid: 422,
    # Not the caller's fault: our credentials, the service, the network.
    denied: 502, failed: 502, not_sent: 503, unknown: 503
  }.freeze
  PATH = %r{\A/cases/([^/]+)/cancel\z}.freeze

  # Made once, before Puma forks its workers: each makes connections of its own.
  def initialize(client)
    @client = client
  end

  def call(env)
    case_id = env["REQUEST_METHOD"] == "POST" && env["PATH_INFO"][PATH, 1]
    return [404, {}, []] unless case_id

    result = @client.cancel(case_id, tag: env["HTTP_X_REQUEST_ID"])
    body = result.to_h.slice(:case_id, :outcome, :settled, :retriable)
    [STATUSES.fetch(result.outcome, 503), { "content-type" => "application/json" }, [JSON.generate(body)]]
  end
end
