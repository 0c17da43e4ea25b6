# frozen_string_literal: true

require_relative "helper"

# The table of cases that C, Python and Ruby share: the same input, the same faults, the same claim.
class TableTest < SandboxTest
  FILE = File.join(ROOT, "Tests/Table/cases.json")
  ROWS = File.exist?(FILE) ? JSON.parse(File.read(FILE), symbolize_names: true) : []

  # The lists of its rows hold the table's cases alone.
  def sandbox
    Sandbox.of_the_table
  end

  ROWS.each_with_index do |row, index|
    define_method("test_#{format("%03d", index)}_#{row[:name].gsub(/\W+/, "_")}") do
      sandbox.faults = row[:faults] unless row[:faults].empty?
      result = find_out(row)
      assert_equal row[:expect], members(result), row[:name]
      assert same?(JSON.parse(result.to_json, symbolize_names: true), row[:says] || {}), result.to_json
    end
  end

  def test_there_is_a_table
    skip "Tests/Table/cases.json is not there" if ROWS.empty?
    assert_operator ROWS.size, :>, 10
  end

  private

  def find_out(row)
    return parse_webhook(row) if row[:operation] == "webhook_parse"

    config = { base_url: sandbox.url, token: Sandbox::TOKEN }.merge(row[:config] || {})
    KCase::Client.from_config(config) { |client| call(client, row) }
  rescue KCase::InvalidInput => e
    e.result
  end

  def call(client, row)
    operation = row[:operation].to_sym
    case operation
    when :check then client.check
    when :list then client.list(**row[:filter])
    when :cancel_found then client.cancel_found(**row[:filter], **options(row))
    when :cancel_services then client.cancel_services(case_id(row), row[:services], **options(row))
    when :cancel_search
      service, search = row[:search]
      client.cancel_search("#{case_id(row)}.#{service}", search, **options(row))
    else client.public_send(operation, case_id(row), **options(row))
    end
  end

  def parse_webhook(row)
    body, headers, secrets = row[:message].values_at(:body, :headers, :secrets)
    KCase::Webhook.parse(body, headers.transform_keys(&:to_s), **secrets, **options(row))
  end

  # Whether a value is as expected: of a Hash the members that are given, of an Array each item.
  def same?(value, expected)
    case expected
    when Hash then expected.all? { |key, member| value.key?(key) && same?(value[key], member) }
    when Array then value.size == expected.size && value.zip(expected).all? { |pair| same?(*pair) }
    else value == expected
    end
  end

  def case_id(row)
    row[:case].is_a?(Integer) ? id(row[:case]) : row[:case]
  end

  def options(row)
    row[:options] || {}
  end

  def members(result)
    {
      outcome: result.outcome.to_s, reason: result.reason&.to_s, settled: result.settled?,
      retriable: result.retriable?, evidence: result.evidence.to_s, http_status: result.http_status || 0
    }
  end
end
