# frozen_string_literal: true

require_relative "native"

module KCase
  # Fetches results from one of the library's batches so that none gets lost.
  #
  # When a C function returns, fiddle runs some Ruby code before it gives the returned value to its caller.
  # There a signal may raise Interrupt, and the result would be lost. So the library's function is called
  # through libffi's ffi_call, which writes the returned value into memory that is kept here. It is found
  # there whatever was raised.
  # @api private
  class ResultFetcher
    # The functions of the libffi that fiddle itself is linked with.
    FFI = begin
      extension = $LOADED_FEATURES.find { |path| File.basename(path, ".*") == "fiddle" && path !~ /rb$/ }
      fiddle = Fiddle.dlopen(extension)
      %i[ffi_call ffi_prep_cif ffi_type_pointer ffi_type_sint32].to_h { |name| [name, fiddle[name.to_s]] }
    rescue Fiddle::DLError, TypeError
      nil
    end

    # How libffi is to call kcase_batch_next(batch, milliseconds): an ffi_cif, and the types of the arguments.
    if FFI
      CIF = Fiddle::Pointer.malloc(128, Fiddle::RUBY_FREE)
      TYPES = Fiddle::Pointer.malloc(2 * Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
      TYPES[0, 2 * Fiddle::SIZEOF_VOIDP] = FFI.values_at(:ffi_type_pointer, :ffi_type_sint32).pack("J2")
      Fiddle::Function.new(
        FFI[:ffi_prep_cif],
        [Fiddle::TYPE_VOIDP, Fiddle::TYPE_INT, Fiddle::TYPE_INT, *[Fiddle::TYPE_VOIDP] * 2],
        Fiddle::TYPE_INT
      ).call(CIF, Fiddle::Function::DEFAULT, 2, Fiddle::Pointer.new(FFI[:ffi_type_pointer]), TYPES).zero? ||
        raise(LibraryError, "kcase: libffi cannot prepare a call of kcase_batch_next")
      CALL = Fiddle::Function.new(FFI[:ffi_call], [Fiddle::TYPE_UINTPTR_T] * 4, Fiddle::TYPE_VOID)
      DESCRIPTION = CIF.to_i
      FUNCTION = Native::LIBRARY["kcase_batch_next"]
    end

    NULL = [0].pack("J").freeze
    # Offsets in the memory. At 0 is the returned value; then the two arguments, and the array of their
    # addresses.
    BATCH_AT = 8
    MILLISECONDS_AT = 16
    ARGUMENTS_AT = 24
    SIZE = 40

    # The result that was fetched last, a pointer; nil for none.
    attr_reader :result

    def initialize(batch)
      @memory = Fiddle::Pointer.malloc(SIZE, Fiddle::RUBY_FREE)
      @address = @memory.to_i
      @memory[0, SIZE] = [0, batch, 0, @address + BATCH_AT, @address + MILLISECONDS_AT].pack("J5")
      @milliseconds = 0
      @batch = batch
    end

    # Forgets the result: somebody else owns it now.
    def release
      @result = nil
    end

    if FFI
      # Works on the batch for so many milliseconds at most. Gives the result, or nil.
      def fetch(milliseconds)
        @result = nil
        unless milliseconds == @milliseconds
          @memory[MILLISECONDS_AT, 4] = [milliseconds].pack("l")
          @milliseconds = milliseconds
        end
        CALL.call(DESCRIPTION, FUNCTION, @address, @address + ARGUMENTS_AT)
        keep
      end

      # Takes the result out of the memory, also the one of a fetch that was interrupted. No interrupt can
      # come between its three steps, which are single calls into C.
      def keep
        result = @memory.ptr
        return @result if result.null?

        @result = result
        @result.free = Native::RESULT_FREE
        @memory[0, 8] = NULL
        @result
      end
    else
      # Signals come to the main thread only: what is fetched on another is safe from them.
      def fetch(milliseconds)
        @result = nil
        @fetching = Thread.new do
          result = Native.own(Native::BATCH_NEXT.call(@batch, milliseconds))
          @result = result unless result.null?
        end
        @fetching.join
        @result
      end

      def keep
        @fetching&.join
        @result
      end
    end
  end
end
