# frozen_string_literal: true

require_relative "helper"
require "minitest/mock"
require "tmpdir"

# Which file is loaded, and what is said where none fits.
class LibraryTest < SandboxTest
  LIBRARY = KCase.const_get(:Library)
  GIVEN = ENV.fetch("KCASE_LIBRARY")
  # A single call is one that comes back after a while, so that it can be interrupted. Of a result each
  # member is read by its name. Ruby's texts have an end mark.
  UNUSED = %w[
    kcase_await
    kcase_cancel kcase_cancel_n kcase_cancel_simple kcase_status kcase_batch_add_n kcase_batch_next
    kcase_result_copy
    kcase_result_http_status kcase_result_case_id kcase_result_message
  ].freeze

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
    assert_equal UNUSED.sort, declared.reject { |function| native.include?(%("#{function}")) }.sort
  end

  PUBLIC = %i[
    Batch BrokenOff Client ClosedError Denied Error Failed InvalidInput Journal LibraryError Listing
    NetworkForbidden NotFound NotSent Refused Result Unknown VERSION Webhook
  ].freeze

  def test_what_is_public
    assert_equal PUBLIC, (KCase.constants - [:Testing]).sort
    assert_raises(NameError) { KCase::Native }
    assert_equal %i[FURTHER_MEMBERS MEMBERS], KCase::Result.constants.sort
    assert_empty KCase::Client.constants
  end

  def test_the_gem_s_own_comes_first_then_the_variable_then_the_system_s
    Dir.mktmpdir do |folder|
      packaged = File.join(folder, "libkcase.so.1")
      File.symlink(GIVEN, packaged)
      found = LIBRARY.find(packaged: packaged, env: { "KCASE_LIBRARY" => "/nowhere" })
      assert_equal packaged, found.path
    end
    assert_equal GIVEN, LIBRARY.find(packaged: "/nowhere", env: { "KCASE_LIBRARY" => GIVEN }).path
    found = begin
      LIBRARY.find(packaged: "/nowhere", env: { "KCASE_LIBRARY" => "" }).path
    rescue KCase::LibraryError => e
      e.message[/libkcase.so.1/]
    end
    assert_equal "libkcase.so.1", found
  end

  def test_one_that_is_not_there
    error = assert_raises(KCase::LibraryError) { LIBRARY.new("/nowhere/libkcase.so.1") }
    assert_kind_of LoadError, error
    assert_includes error.message, "cannot open shared object file"
    assert_includes error.message, "KCASE_LIBRARY"
    outcome, error, = ruby("", env: { "KCASE_LIBRARY" => "/nowhere/lib.so" })
    assert_empty outcome
    assert_includes error, "kcase: /nowhere/lib.so (KCASE_LIBRARY names it) cannot be loaded: "
    assert_includes error, "Correct KCASE_LIBRARY"
  end

  # The gem's own may be whole and yet not fit: then it is not said to be damaged.
  def test_the_message_says_which_file_it_was_and_why_that_one
    Dir.mktmpdir do |folder|
      packaged = File.join(folder, "libkcase.so.1")
      File.write(packaged, "\x7FELF")
      message = assert_raises(KCase::LibraryError) { LIBRARY.find(packaged: packaged) }.message
      assert_includes message, "#{packaged} (it came with the gem) cannot be loaded"
      assert_includes message, "damaged, or not for this kind of machine. Install the gem that is built for"
      refute_includes message, "KCASE_LIBRARY"
    end
  end

  # The loaders' words, as other systems say them.
  {
    "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found" => "C library is too old",
    "Error relocating libkcase.so.1: __memcpy_chk: symbol not found" => "needs the GNU C library",
    "ld-linux-x86-64.so.2: cannot open shared object file" => "needs the GNU C library",
    "wrong ELF class: ELFCLASS32" => "not for this kind of machine",
    "failed to map segment from shared object" => "noexec"
  }.each_with_index do |(words, meaning), index|
    define_method("test_what_the_loader_s_words_mean_#{index}") do
      error = Fiddle.stub(:dlopen, ->(_) { raise Fiddle::DLError, words }) do
        assert_raises(KCase::LibraryError) { LIBRARY.new("libkcase.so.1", :packaged) }
      end
      assert_includes error.message, words
      assert_includes error.message, meaning
    end
  end

  def test_one_that_is_something_else
    Dir.mktmpdir do |folder|
      text = File.join(folder, "libkcase.so.1")
      File.write(text, "not a library, though it has the name")
      error = assert_raises(KCase::LibraryError) { LIBRARY.new(text) }
      assert_match(/invalid ELF header|file too short/, error.message)
    end
    assert_match(/is not the library kcase: .*kcase_version_number/,
                 assert_raises(KCase::LibraryError) { LIBRARY.new("libc.so.6") }.message)
  end

  def test_one_that_is_not_complete
    number = KCase::VERSION.split(".").map(&:to_i).then { |major, minor, _| (major * 10_000) + (minor * 100) }
    with_library("int kcase_version_number(void) { return #{number}; }") do |path|
      library = LIBRARY.new(path)
      message = assert_raises(KCase::LibraryError) { library["kcase_cancel"] }.message
      assert_match(/lacks what its version should have: .*kcase_cancel/, message)
    end
  end

  { old: 10_000, far_too_old: 903, of_another_interface: 20_000 }.each do |name, number|
    define_method("test_one_that_is_#{name}") do
      version = [number / 10_000, number / 100 % 100, number % 100].join(".")
      with_library("int kcase_version_number(void) { return #{number}; }") do |path|
        message = assert_raises(KCase::LibraryError) { LIBRARY.new(path) }.message
        assert_includes message, "#{path} (KCASE_LIBRARY names it) has version #{version}"
        assert_includes message, "needs #{KCase::VERSION} or a later 1.x"
      end
    end
  end

  def test_a_later_one_is_welcome
    with_library("int kcase_version_number(void) { return 10900; }") do |path|
      assert_equal path, LIBRARY.new(path).path
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
