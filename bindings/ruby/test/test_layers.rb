# frozen_string_literal: true

require_relative "helper"
require "ripper"
require "tsort"

# The files of the gem are layers: each uses lower ones only, so that there are no circular dependencies.
#
# A file uses what it requires, and what defines the classes, modules and constants that it names.
class LayersTest < Minitest::Test
  # From the bottom up. What is in one layer does not know the rest of it.
  LAYERS = [
    %w[call_options cell errors listeners result_members sandbox version],
    %w[batch case_source library listing network_guard result],
    %w[fake_runs fake_service native results],
    %w[fake_list_calls fake_part_calls result_handle],
    %w[call_kind fake_client],
    %w[journal native_client result_slot testing webhook],
    %w[background_call minitest native_batch],
    %w[batch_run native_listing native_resume part_calls single_batch single_call],
    %w[cancel_run journal_calls list_calls single_calls],
    %w[client],
    %w[kcase]
  ].freeze

  # Which file uses which.
  class Graph
    include TSort

    attr_reader :required, :named

    # @param sources [Hash{String => String}] the text of each file
    def initialize(sources)
      tokens = sources.transform_values { |source| Ripper.lex(source).map { |_, kind, text| [kind, text] } }
      owners = tokens.flat_map { |file, found| definitions(found).map { |name| [name, file] } }.to_h
      @required = tokens.transform_values { |found| requires(found) & sources.keys }
      @named = tokens.to_h { |file, found| [file, owners.values_at(*constants(found)).compact.uniq - [file]] }
    end

    def files
      @required.keys
    end

    def used(file)
      @required.fetch(file) | @named.fetch(file)
    end

    def tsort_each_node(&block)
      files.each(&block)
    end

    def tsort_each_child(file, &block)
      used(file).each(&block)
    end

    # What a file requires, and what those require.
    def reachable(file, found = [])
      (@required.fetch(file) - found).each { |other| reachable(other, found << other) }
      found
    end

    private

    # The classes, the modules and VERSION. (A module that others are in is all files'.)
    def definitions(tokens)
      words = tokens.reject { |kind, _| kind == :on_sp }
      names = words.each_cons(2).filter_map do |(kind, text), (next_kind, next_text)|
        next_text if kind == :on_kw && %w[class module].include?(text) && next_kind == :on_const
      end
      names << "VERSION" if words.each_cons(2).any? { |pair| pair == [[:on_const, "VERSION"], [:on_op, "="]] }
      names - %w[KCase Testing]
    end

    def constants(tokens)
      tokens.filter_map { |kind, text| text if kind == :on_const }
    end

    def requires(tokens)
      tokens.each_cons(4).filter_map do |word, _, _, path|
        File.basename(path.last) if word == [:on_ident, "require_relative"]
      end
    end
  end

  def graph
    paths = Dir[File.join(GEM_ROOT, "lib/**/*.rb")]
    @graph ||= Graph.new(paths.to_h { |path| [File.basename(path, ".rb"), File.read(path)] })
  end

  def upward(graph)
    height = LAYERS.each_with_index.flat_map { |layer, number| layer.map { |file| [file, number] } }.to_h
    graph.files.flat_map do |file|
      not_lower = graph.used(file).select { |other| height.fetch(other) >= height.fetch(file) }
      not_lower.map { |other| [file, other] }
    end
  end

  def test_no_dependency_is_circular
    assert_equal LAYERS.flatten.sort, graph.tsort.sort
  end

  def test_every_file_uses_lower_layers_only
    assert_empty upward(graph)
  end

  # Else it would work only as long as another file happens to be loaded before.
  def test_every_file_requires_what_it_names
    missing = graph.files.flat_map do |file|
      (graph.named.fetch(file) - graph.reachable(file)).map { |other| "#{file} does not require #{other}" }
    end
    assert_empty missing
  end

  def test_a_circular_dependency_is_found
    sources = { "native" => "module KCase\n module Native\n  def self.make = Client.new\n end\nend",
                "client" => "require_relative \"native\"\nmodule KCase\n class Client\n end\nend" }
    circular = Graph.new(sources)
    assert_equal [["native"], ["client"]], [circular.required["client"], circular.named["native"]]
    assert_equal [%w[native client]], upward(circular)
    assert_raises(TSort::Cyclic) { circular.tsort }
  end
end
