# frozen_string_literal: true

require_relative "helper"
require "tmpdir"

# Which file is loaded, and what is said where none fits.
class LibraryTest < SandboxTest
  GIVEN = ENV.fetch("KCASE_LIBRARY")

  def test_what_is_loaded
    assert_equal KCase::VERSION, KCase.library_version
    assert_equal KCase::VERSION, KCase.build_info[:kcase]
    assert_equal GIVEN, KCase.library_path
  end

  def test_this_gem_has_the_version_of_the_header
    header = File.join(ROOT, "include/kcase.h")
    skip "there is no header here" unless File.exist?(header)
    assert_equal File.read(header)[/KCASE_VERSION "(.*)"/, 1], KCase::VERSION
  end

  def test_every_function_of_the_header_is_known_or_has_no_use_here
    header = File.join(ROOT, "include/kcase.h")
    skip "there is no header here" unless File.exist?(header)
    declared = File.read(header).gsub(%r{/\*.*?\*/}m, "").scan(/\b(kcase_\w+)\(/).flatten.uniq
    native = %w[native library].map { |name| File.read(File.join(GEM_ROOT, "lib/kcase/#{name}.rb")) }.join
    # A single cancel is a batch of one here, so that it can be interrupted.
    assert_equal ["kcase_cancel"], declared.reject { |function| native.include?(%("#{function}")) }
  end

  def test_the_gem_s_own_comes_first_then_the_variable_then_the_system_s
    Dir.mktmpdir do |folder|
      packaged = File.join(folder, "libkcase.so.1")
      File.symlink(GIVEN, packaged)
      found = KCase::Library.find(packaged: packaged, env: { "KCASE_LIBRARY" => "/nowhere" })
      assert_equal packaged, found.path
    end
    assert_equal GIVEN, KCase::Library.find(packaged: "/nowhere", env: { "KCASE_LIBRARY" => GIVEN }).path
    found = begin
      KCase::Library.find(packaged: "/nowhere", env: { "KCASE_LIBRARY" => "" }).path
    rescue KCase::LibraryError => e
      e.message[/libkcase.so.1/]
    end
    assert_equal "libkcase.so.1", found
  end

  def test_one_that_is_not_there
    error = assert_raises(KCase::LibraryError) { KCase::Library.new("/nowhere/libkcase.so.1") }
    assert_kind_of LoadError, error
    assert_includes error.message, "cannot open shared object file"
    assert_includes error.message, "KCASE_LIBRARY"
    outcome, error, = ruby("", env: { "KCASE_LIBRARY" => "/nowhere/lib.so" })
    assert_empty outcome
    assert_match(%r{kcase: /nowhere/lib.so cannot be loaded}, error)
  end

  def test_one_that_is_something_else
    Dir.mktmpdir do |folder|
      text = File.join(folder, "libkcase.so.1")
      File.write(text, "not a library, though it has the name")
      error = assert_raises(KCase::LibraryError) { KCase::Library.new(text) }
      assert_match(/invalid ELF header|file too short/, error.message)
    end
    assert_match(/is not the library kcase: .*kcase_version_number/,
                 assert_raises(KCase::LibraryError) { KCase::Library.new("libc.so.6") }.message)
  end

  { old: 10_000, far_too_old: 903, of_another_interface: 20_000 }.each do |name, number|
    define_method("test_one_that_is_#{name}") do
      version = [number / 10_000, number / 100 % 100, number % 100].join(".")
      with_library("int kcase_version_number(void) { return #{number}; }") do |path|
        message = assert_raises(KCase::LibraryError) { KCase::Library.new(path) }.message
        assert_includes message, "#{path} has version #{version}"
        assert_includes message, "needs #{KCase::VERSION} or a later 1.x"
      end
    end
  end

  def test_a_later_one_is_welcome
    with_library("int kcase_version_number(void) { return 10900; }") do |path|
      assert_equal path, KCase::Library.new(path).path
    end
  end

  private

  def with_library(source)
    skip "there is no C compiler here" unless system("cc --version", out: File::NULL, err: File::NULL)
    Dir.mktmpdir do |folder|
      path = File.join(folder, "libkcase.so.1")
      command = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", path]
      IO.popen(command, "w") { |compiler| compiler.write(source) }
      yield path
    end
  end
end
