# frozen_string_literal: true

# Makes fiddle as it was in Ruby 2.7, which knows no type for text and gives Ruby's lock away in every call;
# and as it is where libffi is not to be reached. The tests are run once more with it.

require "fiddle"

Fiddle.send(:remove_const, :TYPE_CONST_STRING)
Fiddle::Function.prepend(
  Module.new do
    def initialize(address, arguments, returned, abi = Fiddle::Function::DEFAULT, name: nil)
      super
    end
  end
)

Fiddle.singleton_class.prepend(
  Module.new do
    def dlopen(path)
      path.to_s.include?("fiddle") ? raise(Fiddle::DLError, "there is no libffi") : super
    end
  end
)
