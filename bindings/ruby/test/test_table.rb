# frozen_string_literal: true

require_relative "helper"

# The table of cases that C, Python and Ruby share: the same input, the same faults, the same claim.
class TableTest < SandboxTest
  FILE = File.join(ROOT, "Tests/Table/cases.json")
  ROWS = File.exist?(FILE) ? JSON.parse(File.read(FILE), symbolize_names: true) : []

  ROWS.each_with_index do |row, index|
    define_method("test_#{format("%03d", index)}_#{row[:name].gsub(/\W+/, "_")}") do
      sandbox.faults = row[:faults] unless row[:faults].empty?
      assert_equal row[:expect], members(find_out(row)), row[:name]
    end
  end

  def test_there_is_a_table
    skip "Tests/Table/cases.json is not there" if ROWS.empty?
    assert_operator ROWS.size, :>, 10
  end

  private

  def find_out(row)
    config = { base_url: sandbox.url, token: Sandbox::TOKEN }.merge(row[:config] || {})
    KCase::Client.from_config(config) do |client|
      case row[:operation]
      when "check" then client.check
      when "status" then client.status(case_id(row), **options(row))
      when "cancel" then client.cancel(case_id(row), **options(row))
      end
    end
  rescue KCase::InvalidInput => e
    e.result
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
